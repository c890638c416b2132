with as_of as (
    select * from {{ ref('int_as_of') }}
),

leads as (
    select
        actors.actor_key,
        leads.lead_id
    from {{ ref('int_observed_actors') }} as actors
    inner join {{ ref('int_observations') }} as observations
        on actors.observation_key = observations.observation_key
    inner join {{ ref('int_leads') }} as leads
        on actors.lead_key = leads.lead_key
    where observations.is_current
),

-- Two signatures may share a reason.
by_signature as (
    select distinct
        events.event_id,
        events.actor_key,
        events.event_type,
        events.occurred_at,
        coalesce(rules.reason, rules.rule_id) as reason,
        events.known_at as flagged_at
    from {{ ref('int_suspect_events') }} as events
    inner join {{ ref('int_signature_matches') }} as matches
        on
            events.signature_key = matches.signature_key
            and matches.rule_type = 'bot'
    inner join {{ ref('int_rules') }} as rules
        on matches.rule_key = rules.rule_key
),

flagged as (
    select * from by_signature

    union all

    select
        event_id,
        actor_key,
        event_type,
        occurred_at,
        reason,
        flagged_at
    from {{ ref('int_flagged_clicks') }}
)

select distinct
    flagged.event_id,
    leads.lead_id,
    flagged.event_type,
    flagged.occurred_at,
    flagged.reason,
    flagged.flagged_at
from flagged
inner join as_of on flagged.flagged_at <= as_of.scored_at
left join leads on flagged.actor_key = leads.actor_key
where leads.lead_id is not null or flagged.actor_key < 0
