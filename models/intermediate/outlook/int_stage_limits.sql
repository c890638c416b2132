-- Below which score and points a lead leaves a stage, and from which it rises.
with stage_limits as (
    select
        stages.model_id,
        stages.stage,
        stages.min_days,
        score_models.min_score,
        score_models.max_score,
        min(case
            when bands.stage_rank < stages.stage_rank then null
            when bands.from_score < stages.exits_below then bands.from_score
            else stages.exits_below
        end) as falls_below,
        min(case
            when bands.stage_rank > stages.stage_rank then bands.from_score
        end) as rises_at
    from {{ ref('int_stages') }} as stages
    inner join {{ ref('int_stage_bands') }} as bands
        on stages.model_id = bands.model_id
    inner join {{ ref('int_score_models') }} as score_models
        on stages.model_id = score_models.model_id
    group by
        stages.model_id,
        stages.stage,
        stages.min_days,
        score_models.min_score,
        score_models.max_score
),

reachable_limits as (
    select
        model_id,
        stage,
        min_days,
        min_score,
        max_score,
        case when falls_below > min_score then falls_below end as falls_below,
        case when rises_at <= max_score then rises_at end as rises_at
    from stage_limits
)

select
    *,
    {{ least_points_of('falls_below') }} as falls_under,
    {{ least_points_of('rises_at') }} as rises_from
from reachable_limits
