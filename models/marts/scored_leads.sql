with lead_scores as (
    select * from {{ beside(ref('lead_scores')) }}
    where is_primary
)

select
    lead_scores.lead_id,
    lead_scores.model_id,
    lead_scores.scored_at,
    lead_scores.explicit_points,
    lead_scores.implicit_points,
    lead_scores.raw_points,
    lead_scores.score,
    lead_scores.grade,
    lead_scores.stage,
    lead_scores.stage_rank,
    lead_scores.stage_entered_at,
    lead_scores.lead_rank,
    lead_scores.next_step,
    owners.owner,
    lead_scores.is_excluded,
    lead_scores.exclusion_reason,
    lead_scores.attribute_coverage,
    lead_scores.top_reasons,
    lead_scores.last_scored_event_at,
    lead_scores.next_change_on,
    lead_scores.conversion_probability
from lead_scores
left join {{ beside(ref('int_lead_owners')) }} as owners
    on lead_scores.lead_id = owners.lead_id
