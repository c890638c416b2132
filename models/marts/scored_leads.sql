with lead_scores as (
    select * from {{ beside(ref('lead_scores')) }}
    where is_primary
)

select
    lead_id,
    model_id,
    scored_at,
    explicit_points,
    implicit_points,
    raw_points,
    score,
    grade,
    stage,
    stage_rank,
    stage_entered_at,
    lead_rank,
    next_step,
    is_excluded,
    exclusion_reason,
    attribute_coverage,
    top_reasons,
    last_scored_event_at,
    next_change_on,
    conversion_probability
from lead_scores
