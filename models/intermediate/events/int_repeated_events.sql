-- The same with their signatures, as kept events have them.
with delivered as (
    select * from {{ ref('int_dated_deliveries') }}
),

event_types as (
    select * from {{ ref('int_event_types') }}
    where not is_derived
),

measure_values as (
    {{ measure_values('delivered') }}
),

signed as (
    select
        delivered.event_key,
        delivered.actor_key,
        delivered.event_id,
        delivered.lead_id,
        delivered.anonymous_id,
        delivered.event_type as written_event_type,
        delivered.occurred_at,
        delivered.loaded_at,
        delivered.load_day,
        delivered.known_fault,
        delivered.counts_from,
        delivered.counts_until,
        delivered.rejection_reason,
        event_types.event_type,
        {{ signed_fields('delivered') }}
        event_types.is_signed
    from delivered
    left join event_types
        on delivered.event_type = event_types.written_event_type
    {{ join_measure_values('delivered') }}
)

select
    signed.event_key,
    signed.actor_key,
    signed.event_id,
    signed.lead_id,
    signed.anonymous_id,
    signed.written_event_type as event_type,
    case
        when signed.is_signed then {{ signature_key('signed') }}
    end as signature_key,
    signed.occurred_at,
    signed.loaded_at,
    signed.load_day,
    signed.known_fault,
    signed.counts_from,
    signed.counts_until,
    signed.rejection_reason
from signed
