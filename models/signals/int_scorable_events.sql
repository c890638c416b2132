-- A click counts until it is flagged.
with flags as (
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
    events.known_at,
    flags.flagged_at
from {{ ref('int_events') }} as events
left join flags on events.event_key = flags.event_key
