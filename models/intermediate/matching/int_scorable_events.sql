-- Events of a type that some rule names. Of their properties only those that
-- a condition looks at are left, so that few combinations remain. A click that
-- turns out to be a machine's counts until that is known.
with events as (
    select * from {{ ref('int_events') }}
),

event_types as (
    select * from {{ ref('int_event_types') }}
),

flags as (
    select
        event_key,
        min(flagged_at) as flagged_at
    from {{ ref('int_flagged_clicks') }}
    group by event_key
),

scorable as (
    select
        events.event_key,
        events.event_id,
        events.actor_key,
        event_types.event_type,
        {{ used_properties('events') }}
        {{ measure_columns('events') }}
        events.occurred_at,
        events.counts_from,
        coalesce(events.counts_until, flags.flagged_at) as counts_until
    from events
    inner join event_types
        on events.event_type = event_types.written_event_type
    left join flags
        on events.event_key = flags.event_key and events.counts_until is null
    where flags.flagged_at is null or flags.flagged_at > events.counts_from
)

select * from scorable
