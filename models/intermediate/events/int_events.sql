-- Every delivery that counts at some moment scored: from `counts_from` until
-- `counts_until` (null: for good), `until` not included. Whose lead is unknown
-- turns up with the leads; only a repeated event has to know it here.
with kept_events as (
    select * from {{ ref('int_kept_events') }}
    where actor_key is not null
),

repeated_keys as (
    select * from {{ ref('int_repeated_event_keys') }}
    where event_key is not null
),

repeated as (
    select * from {{ ref('int_repeated_events') }}
    where
        known_fault is null
        and (counts_until is null or counts_until > counts_from)
)

select
    kept_events.event_key,
    kept_events.actor_key,
    kept_events.signature_key,
    {{ day_of_load('kept_events.known_at') }} as load_day,
    kept_events.occurred_at,
    {{ later_of('kept_events.known_at', 'kept_events.occurred_at') }}
        as counts_from,
    cast(null as {{ dbt.type_timestamp() }}) as counts_until
from kept_events
left join repeated_keys on kept_events.event_key = repeated_keys.event_key
where
    repeated_keys.event_key is null
    -- in a coalesce, or these events are taken for so few that they are hashed
    -- and not what they are joined to
    and coalesce(
        kept_events.known_at <= {{ newest_moment() }}
        and kept_events.occurred_at <= {{ newest_moment() }}, false
    )

union all

select
    event_key,
    actor_key,
    signature_key,
    load_day,
    occurred_at,
    counts_from,
    counts_until
from repeated
