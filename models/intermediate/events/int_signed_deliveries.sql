-- Of the days that are read again: deliveries that no condition can tell apart
-- get the same signature.
with deliveries as (
    {{ deliveries_of(ref('int_changed_days')) }}
),

event_types as (
    select * from {{ ref('int_event_types') }}
    where not is_derived
)

select
    deliveries.event_key,
    deliveries.actor_key,
    deliveries.occurred_at,
    deliveries.known_at,
    event_types.event_type,
    {{ signed_fields('deliveries') }}
    event_types.is_signed
from deliveries
left join event_types on deliveries.event_type = event_types.written_event_type
{{ join_measure_values('deliveries', ref('int_measure_values')) }}
