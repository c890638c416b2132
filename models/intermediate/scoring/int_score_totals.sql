with dimensions as (
    select
        scored_at,
        lead_key,
        model_key,
        sum(case when dimension = 'explicit' then points else 0 end)
            as explicit_points,
        sum(case when dimension = 'implicit' then points else 0 end)
            as implicit_points
    from {{ ref('int_group_totals') }}
    group by scored_at, lead_key, model_key
),

summed as (
    select
        survivors.scored_at,
        survivors.lead_key,
        score_models.model_key,
        score_models.min_score,
        score_models.max_score,
        coalesce(dimensions.explicit_points, 0) as explicit_points,
        coalesce(dimensions.implicit_points, 0) as implicit_points,
        coalesce(dimensions.explicit_points, 0)
        + coalesce(dimensions.implicit_points, 0) as raw_points,
        last_matches.last_scored_event_at
    from {{ ref('int_actors') }} as survivors
    cross join {{ ref('int_score_models') }} as score_models
    left join dimensions
        on
            survivors.scored_at = dimensions.scored_at
            and survivors.lead_key = dimensions.lead_key
            and score_models.model_key = dimensions.model_key
    left join {{ ref('int_last_matches') }} as last_matches
        on
            survivors.scored_at = last_matches.scored_at
            and survivors.lead_key = last_matches.lead_key
            and score_models.model_id = last_matches.model_id
    where not survivors.is_merged
),

limited as (
    select
        *,
        {{ clamped('raw_points', 'min_score', 'max_score') }} as exact_score
    from summed
)

select
    scored_at,
    lead_key,
    model_key,
    explicit_points,
    implicit_points,
    raw_points,
    exact_score,
    last_scored_event_at
from limited
