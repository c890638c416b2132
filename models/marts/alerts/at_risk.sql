-- The leads that fall to a lower stage if nobody does anything: those whose
-- next change is to a score that reaches only lower stages.
with falls as (
    select
        lead_stages.*,
        next_changes.next_change_on,
        next_changes.next_score
    from {{ ref('int_next_changes') }} as next_changes
    inner join {{ ref('int_lead_stages') }} as lead_stages
        on
            next_changes.observation_key = lead_stages.observation_key
            and next_changes.model_id = lead_stages.model_id
    where
        lead_stages.basis = 'as_scored'
        and next_changes.next_score is not null
),

reached as (
    select
        falls.observation_key,
        falls.model_id,
        max(stages.stage_rank) as stage_rank
    from falls
    inner join {{ ref('int_stages') }} as stages
        on
            falls.model_id = stages.model_id
            and falls.next_score >= stages.enters_at
    group by falls.observation_key, falls.model_id
)

select
    falls.model_id,
    falls.lead_id,
    falls.scored_at,
    falls.score,
    falls.stage,
    falls.stage_rank,
    falls.stage_entered_at,
    falls.next_change_on as falls_on,
    cast(
        {{ dbt.datediff('falls.scored_at', 'falls.next_change_on', 'day') }}
        as integer
    ) as days_left,
    falls.next_score as score_then,
    stages.stage as stage_then,
    falls.is_primary
from falls
inner join reached
    on
        falls.observation_key = reached.observation_key
        and falls.model_id = reached.model_id
        and falls.stage_rank > reached.stage_rank
inner join {{ ref('int_stages') }} as stages
    on
        reached.model_id = stages.model_id
        and reached.stage_rank = stages.stage_rank
