-- A score for each observation and model, whether any rule pays or none.
with points as (
    {{ model_points(ref('int_group_points')) }}
),

scored as (
    select
        observations.*,
        score_models.model_key,
        score_models.model_id,
        score_models.is_primary,
        score_models.min_score,
        score_models.max_score,
        coalesce(points.explicit_points, 0) as explicit_points,
        coalesce(points.implicit_points, 0) as implicit_points,
        coalesce(points.explicit_points, 0)
        + coalesce(points.implicit_points, 0) as raw_points,
        coalesce(points.gained_points, 0) as gained_points,
        coalesce(points.lost_points, 0) as lost_points,
        coalesce(points.steady_gained_points, 0) as steady_gained_points,
        coalesce(points.steady_lost_points, 0) as steady_lost_points,
        points.last_scored_event_at
    from {{ ref('int_observations') }} as observations
    cross join {{ ref('int_score_models') }} as score_models
    left join points
        on
            observations.observation_key = points.observation_key
            and score_models.model_key = points.model_key
),

limited as (
    select
        *,
        {{ clamped('raw_points', 'min_score', 'max_score') }} as exact_score
    from scored
)

select
    *,
    {{ rounded_score('exact_score') }} as score
from limited
