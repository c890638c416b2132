-- depends_on: {{ ref('int_changed_days') }}
-- Events that no text condition can tell apart share a signature. Deliveries
-- that do not count are looked at too: cheaper than to find out.
with deliveries as (
    {{ deliveries_to_keep() }}
),

event_types as (
    select * from {{ ref('int_event_types') }}
    where is_scored
),

so_far as (
    select * from {{ so_far({'signature_key': dbt.type_bigint()}) }} as so_far
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
),

keyed as (
    select
        {{ signature_key('signatures') }} as signature_key,
        {{ signature_columns() }}
    from signatures
)

select keyed.*
from keyed
left join so_far on keyed.signature_key = so_far.signature_key
where so_far.signature_key is null
