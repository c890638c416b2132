-- Events that no text condition can tell apart share a signature. Deliveries
-- that do not count are looked at too: cheaper than to find out.
with deliveries as (
    select * from {{ ref('int_deliveries') }}
),

event_types as (
    select * from {{ ref('int_event_types') }}
),

signatures as (
    select distinct
        event_types.event_type,
        {{ used_properties('deliveries') }}
        1 as one
    from deliveries
    inner join event_types
        on deliveries.event_type = event_types.written_event_type

    union distinct

    select
        event_type,
        {{ empty_properties() }}
        1 as one
    from event_types
    where is_derived
)

select
    cast(row_number() over (order by {{ signature_columns() }}) as integer)
        as signature_key,
    {{ signature_columns() }}
from signatures
