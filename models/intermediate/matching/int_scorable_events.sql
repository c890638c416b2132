-- Events of a type that some rule names. Of their properties only those that
-- a condition looks at are left, so that few combinations remain.
with events as (
    select * from {{ ref('int_events') }}
),

event_types as (
    select * from {{ ref('int_event_types') }}
),

scorable as (
    select
        events.event_key,
        events.actor_key,
        event_types.event_type,
        {{ used_properties('events') }}
        {{ measure_columns('events') }}
        events.occurred_at,
        events.counts_from,
        events.counts_until
    from events
    inner join event_types
        on events.event_type = event_types.written_event_type
)

select * from scorable
