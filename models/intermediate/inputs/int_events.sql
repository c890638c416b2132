-- Every delivery that counts at some moment scored: from `counts_from` until
-- `counts_until` (null: for good), `until` not included. Whose lead is unknown
-- turns up with the leads; only a repeated event has to know it here.
with deliveries as (
    select * from {{ ref('int_deliveries') }}
),

erased as (
    select * from {{ ref('int_erased_actors') }}
),

repeated_keys as (
    select * from {{ ref('int_repeated_event_keys') }}
),

repeated as (
    select * from {{ ref('int_repeated_events') }}
    where
        known_fault is null
        and (counts_until is null or counts_until > counts_from)
)

select
    deliveries.event_key,
    deliveries.event_id,
    deliveries.actor_key,
    deliveries.event_type,
    {{ property_and_measure_columns('deliveries') }}
    deliveries.occurred_at,
    {{ later_of('deliveries.known_at', 'deliveries.occurred_at') }}
        as counts_from,
    cast(null as {{ dbt.type_timestamp() }}) as counts_until
from deliveries
left join repeated_keys on deliveries.event_key = repeated_keys.event_key
left join erased on deliveries.actor_key = erased.actor_key
where
    deliveries.fault is null
    and repeated_keys.event_key is null
    and erased.actor_key is null

union all

select
    event_key,
    event_id,
    actor_key,
    event_type,
    {{ property_and_measure_columns('repeated') }}
    occurred_at,
    counts_from,
    counts_until
from repeated
