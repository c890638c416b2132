-- Only what is delivered more than once has to be looked at twice. A build
-- looks for events that were kept since the last one; the row without a key
-- says how far it came.
with so_far as (
    select * from {{ so_far({
        'event_key': dbt.type_bigint(),
        'stored_at': dbt.type_timestamp(),
    }) }} as so_far
),

{{ repeated_keys() }}

select
    repeated.event_key,
    newest.stored_at
from repeated
cross join newest
left join so_far on repeated.event_key = so_far.event_key
where so_far.event_key is null

union all

select
    cast(null as {{ dbt.type_bigint() }}) as event_key,
    stored_at
from newest
