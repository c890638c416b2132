-- What the deliveries of the days that are read again hold where something
-- looks at it: few combinations, however many deliveries.
with deliveries as (
    {{ deliveries_of(
        ref('int_changed_days'), of_all=is_first_build()
    ) }}
)

select distinct
    event_types.event_type,
    {{ used_fields('deliveries') }}
    1 as one
from deliveries
inner join {{ ref('int_event_types') }} as event_types
    on deliveries.event_type = event_types.written_event_type
where event_types.is_signed and not event_types.is_derived
