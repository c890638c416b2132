with as_of as (
    select max(scored_at) as scored_at
    from {{ ref('int_moments') }}
),

leads as (
    select
        actors.actor_key,
        leads.lead_id
    from {{ ref('int_actors') }} as actors
    inner join as_of on actors.scored_at = as_of.scored_at
    inner join {{ ref('int_leads') }} as leads
        on actors.lead_key = leads.lead_key
),

bot_signatures as (
    select * from {{ ref('int_bot_signatures') }}
),

events as (
    select events.*
    from {{ ref('int_scorable_events') }} as events
    cross join as_of
    where
        events.signature_key in (
            select bot_signatures.signature_key from bot_signatures
        )
        and {{ counts_at('events', 'as_of.scored_at') }}
),

-- rows that bot_signatures.csv holds for are kept in full, with their ids
ids as (
    select
        deliveries.event_key,
        {{ first_text('deliveries.event_id') }} as event_id
    from {{ ref('int_doubtful_deliveries') }} as deliveries
    where deliveries.event_key in (select events.event_key from events)
    group by deliveries.event_key
),

by_signature as (
    select
        ids.event_id,
        events.actor_key,
        bot_signatures.event_type,
        events.occurred_at,
        bot_signatures.reason,
        min(events.counts_from) as flagged_at
    from events
    inner join bot_signatures
        on events.signature_key = bot_signatures.signature_key
    inner join ids on events.event_key = ids.event_key
    group by
        ids.event_id,
        events.actor_key,
        bot_signatures.event_type,
        events.occurred_at,
        bot_signatures.reason
),

flagged as (
    select * from by_signature

    union all

    select
        ids.event_id,
        clicks.actor_key,
        clicks.event_type,
        clicks.occurred_at,
        clicks.reason,
        clicks.flagged_at
    from {{ ref('int_flagged_clicks') }} as clicks
    inner join {{ ref('int_flagged_deliveries') }} as ids
        on
            clicks.event_key = ids.event_key
            and clicks.load_day = ids.load_day
    inner join {{ ref('int_kept_days') }} as kept_days
        on
            ids.load_day = kept_days.load_day
            and ids.stored_at = kept_days.stored_at
)

select
    flagged.event_id,
    leads.lead_id,
    flagged.event_type,
    flagged.occurred_at,
    flagged.reason,
    flagged.flagged_at
from flagged
left join leads on flagged.actor_key = leads.actor_key
where leads.lead_id is not null or {{ is_visitor('flagged.actor_key') }}
