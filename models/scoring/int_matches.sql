-- One row per observation, rule and event that may count: the event is known,
-- not flagged as a bot's, meets the conditions of the rule and is within its
-- window. Whether the rule is valid is checked for each day that is scored.
-- Of matches that once_per takes for one the newest stays. It is the last to
-- leave the window, so that days ahead need no other.
with once as (
    select
        actors.observation_key,
        actors.scored_at,
        actors.rules_on,
        rules.rule_key,
        max(events.occurred_at) as occurred_at
    from {{ ref('int_scorable_events') }} as events
    inner join {{ ref('int_signature_rules') }} as rules
        on
            events.signature_key = rules.signature_key
            and rules.once_key is not null
    inner join {{ ref('int_observed_actors') }} as actors
        on
            events.actor_key = actors.actor_key
            and {{ is_known('events', 'actors') }}
            and {{ is_in_window('events', 'rules', 'actors') }}
    group by
        actors.observation_key, actors.scored_at, actors.rules_on,
        rules.rule_key, rules.once_key
)

select
    actors.observation_key,
    actors.scored_at,
    actors.rules_on,
    rules.rule_key,
    events.occurred_at
from {{ ref('int_scorable_events') }} as events
inner join {{ ref('int_signature_rules') }} as rules
    on
        events.signature_key = rules.signature_key
        and rules.once_key is null
        and (
            rules.matters_from is null
            or events.occurred_at >= rules.matters_from
        )
inner join {{ ref('int_observed_actors') }} as actors
    on
        events.actor_key = actors.actor_key
        and {{ is_known('events', 'actors') }}
        and {{ is_in_window('events', 'rules', 'actors') }}

union all

select * from once

union all

select
    sessions.observation_key,
    sessions.scored_at,
    observations.rules_on,
    rules.rule_key,
    sessions.occurred_at
from {{ ref('int_sessions') }} as sessions
inner join {{ ref('int_signature_rules') }} as rules
    on
        sessions.signature_key = rules.signature_key
        and {{ is_in_window('sessions', 'rules', 'sessions') }}
inner join {{ ref('int_observations') }} as observations
    on sessions.observation_key = observations.observation_key
