-- The newest event that a valid rule of the model matched, in its window or
-- not: first of each actor, since that leaves little to look up.
with moved as (
    select * from {{ ref('int_actors') }}
    where is_merged
),

rules as (
    select
        moments.scored_at,
        rules.model_id,
        rules.rule_key
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_moments') }} as moments
        on {{ is_valid_at('moments.scored_at') }}
    where rules.rule_type = 'implicit'
),

newest as (
    select
        rules.scored_at,
        rules.model_id,
        matched_events.actor_key,
        max(matched_events.occurred_at) as occurred_at
    from {{ ref('int_matched_events') }} as matched_events
    inner join rules
        on
            matched_events.rule_key = rules.rule_key
            and {{ counts_at('matched_events', 'rules.scored_at') }}
    group by rules.scored_at, rules.model_id, matched_events.actor_key
)

select
    newest.scored_at,
    newest.model_id,
    coalesce(moved.lead_key, newest.actor_key) as lead_key,
    max(newest.occurred_at) as last_scored_event_at
from newest
left join moved
    on
        newest.actor_key = moved.actor_key
        and newest.scored_at = moved.scored_at
group by
    newest.scored_at,
    newest.model_id,
    coalesce(moved.lead_key, newest.actor_key)
