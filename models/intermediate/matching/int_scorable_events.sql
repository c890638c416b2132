-- Events of a type that some rule names. A click that turns out to be a
-- machine's counts until that is known.
with events as (
    select * from {{ ref('int_events') }}
    where signature_key is not null
),

flags as (
    select
        event_key,
        min(flagged_at) as flagged_at
    from {{ ref('int_flagged_clicks') }}
    group by event_key
)

select
    events.event_key,
    events.actor_key,
    events.signature_key,
    events.occurred_at,
    events.counts_from,
    coalesce(events.counts_until, flags.flagged_at) as counts_until
from events
left join flags on events.event_key = flags.event_key
where
    events.counts_until is not null
    or flags.flagged_at is null
    or flags.flagged_at > events.counts_from
