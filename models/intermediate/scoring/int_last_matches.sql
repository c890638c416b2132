-- The newest event that a valid rule of the model matched, in its window or
-- not.
with matched_events as (
    select * from {{ ref('int_matched_events') }}
),

moved as (
    select * from {{ ref('int_actors') }}
    where is_merged
),

rules as (
    select
        moments.scored_at,
        rules.*
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_moments') }} as moments
        on {{ is_valid_at('moments.scored_at') }}
    where rules.rule_type = 'implicit'
)

select
    rules.scored_at,
    rules.model_id,
    coalesce(moved.lead_key, matched_events.actor_key) as lead_key,
    max(matched_events.occurred_at) as last_scored_event_at
from matched_events
inner join rules
    on
        matched_events.rule_key = rules.rule_key
        and {{ counts_at('matched_events', 'rules.scored_at') }}
left join moved
    on
        matched_events.actor_key = moved.actor_key
        and rules.scored_at = moved.scored_at
group by
    rules.scored_at,
    rules.model_id,
    coalesce(moved.lead_key, matched_events.actor_key)
