-- Deliveries that do not count are looked at too: cheaper than to find out.
with so_far as (
    select * from {{ so_far({'signature_key': dbt.type_bigint()}) }} as so_far
),

signatures as (
    select distinct
        {{ signed_fields('seen_fields', one='1') }}
        seen_fields.event_type
    from {{ ref('int_seen_fields') }} as seen_fields
    {{ join_measure_values('seen_fields', ref('int_measure_values')) }}

    union distinct

    {{ possible_sessions() }}
),

keyed as (
    select
        {{ signature_key('signatures') }} as signature_key,
        {{ signature_columns('signatures') }}
    from signatures
)

select keyed.*
from keyed
left join so_far on keyed.signature_key = so_far.signature_key
where so_far.signature_key is null
