{{ config(enabled=is_switched_on('reporting')) }}

-- Events that a rule pays for: a delivered email is nothing that a lead does.
-- Weeks are counted back from the as-of time.
with signatures as (
    select distinct signature_rules.signature_key
    from {{ ref('int_signature_rules') }} as signature_rules
    inner join {{ ref('int_rules') }} as rules
        on signature_rules.rule_key = rules.rule_key and rules.points > 0
),

as_of as (
    select
        scored_at,
        {{ time_after(
            'scored_at', -7 * whole_number_var('engagement_weeks', 520, 12), 'day'
        ) }} as begins_at
    from {{ ref('int_as_of') }}
),

events as (
    select
        events.*,
        cast(
            floor({{ days_between(
                'events.occurred_at', 'as_of.scored_at'
            ) }} / 7) as integer
        ) as weeks_ago
    from {{ ref('int_scorable_events') }} as events
    inner join signatures on events.signature_key = signatures.signature_key
    inner join as_of
        on
            events.occurred_at > as_of.begins_at
            and events.occurred_at <= as_of.scored_at
)

select
    actors.lead_key,
    events.weeks_ago,
    count(*) as events,
    max(events.occurred_at) as last_event_at
from events
inner join {{ ref('int_observed_actors') }} as actors
    on
        events.actor_key = actors.actor_key
        and actors.observation_key = actors.lead_key
        and {{ is_known('events', 'actors') }}
group by actors.lead_key, events.weeks_ago
