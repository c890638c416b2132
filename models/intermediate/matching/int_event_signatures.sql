-- Events that no text condition can tell apart share a signature.
with events as (
    select * from {{ ref('int_scorable_events') }}
),

signatures as (
    select distinct {{ signature_columns() }}
    from events
)

select
    cast(row_number() over (order by {{ signature_columns() }}) as integer)
        as signature_key,
    *
from signatures
