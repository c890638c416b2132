with survivors as (
    select * from {{ ref('int_actors') }}
    where not is_merged
),

score_models as (
    select * from {{ ref('int_score_models') }}
),

group_totals as (
    select * from {{ ref('int_group_totals') }}
),

last_matches as (
    select * from {{ ref('int_last_matches') }}
),

dimensions as (
    select
        scored_at,
        lead_key,
        model_id,
        sum(case when dimension = 'explicit' then points else 0 end)
            as explicit_points,
        sum(case when dimension = 'implicit' then points else 0 end)
            as implicit_points
    from group_totals
    group by scored_at, lead_key, model_id
),

summed as (
    select
        survivors.scored_at,
        survivors.lead_key,
        score_models.model_id,
        score_models.is_primary,
        score_models.min_score,
        score_models.max_score,
        coalesce(dimensions.explicit_points, 0) as explicit_points,
        coalesce(dimensions.implicit_points, 0) as implicit_points,
        coalesce(dimensions.explicit_points, 0)
        + coalesce(dimensions.implicit_points, 0) as raw_points,
        last_matches.last_scored_event_at
    from survivors
    cross join score_models
    left join dimensions
        on
            survivors.scored_at = dimensions.scored_at
            and survivors.lead_key = dimensions.lead_key
            and score_models.model_id = dimensions.model_id
    left join last_matches
        on
            survivors.scored_at = last_matches.scored_at
            and survivors.lead_key = last_matches.lead_key
            and score_models.model_id = last_matches.model_id
),

limited as (
    select
        *,
        {{ clamped('raw_points', 'min_score', 'max_score') }} as exact_score
    from summed
),

rounded as (
    select
        *,
        {{ rounded_score('exact_score') }} as score
    from limited
)

select * from rounded
