-- The newest event that a valid rule of the model matched, in its window or
-- not: first of each actor, since that leaves little to look up.
with moved as (
    select * from {{ ref('int_actors') }}
    where is_merged
),

rules as (
    select * from {{ ref('int_rules') }}
    where rule_type = 'implicit'
),

newest as (
    select
        moments.scored_at,
        matched_events.actor_key,
        matched_events.rule_key,
        max(matched_events.occurred_at) as occurred_at
    from {{ ref('int_matched_events') }} as matched_events
    inner join {{ ref('int_moments') }} as moments
        on {{ counts_at('matched_events', 'moments.scored_at') }}
    group by
        moments.scored_at,
        matched_events.actor_key,
        matched_events.rule_key
)

select
    newest.scored_at,
    rules.model_id,
    coalesce(moved.lead_key, newest.actor_key) as lead_key,
    max(newest.occurred_at) as last_scored_event_at
from newest
inner join rules
    on
        newest.rule_key = rules.rule_key
        and {{ is_valid_at('newest.scored_at') }}
left join moved
    on
        newest.actor_key = moved.actor_key
        and newest.scored_at = moved.scored_at
group by
    newest.scored_at,
    rules.model_id,
    coalesce(moved.lead_key, newest.actor_key)
