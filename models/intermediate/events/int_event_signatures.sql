-- Deliveries that do not count are looked at too: cheaper than to find out.
with signed as (
    select distinct {{ signature_columns() }}
    from {{ ref('int_signed_deliveries') }}
    where is_signed
),

so_far as (
    select * from {{ so_far({'signature_key': dbt.type_bigint()}) }} as so_far
),

signatures as (
    select * from signed
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
