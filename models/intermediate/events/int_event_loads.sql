-- The one look at all of the source that every build takes: at its times, by
-- which it shows what has been loaded, and how its types are written.
with deliveries as (
    select * from {{ ref('int_deliveries') }}
)

select
    load_day,
    event_type,
    count(*) as deliveries,
    sum({{ delivery_checksum() }}) as checksum,
    max(loaded_at) as newest_loaded_at,
    max(occurred_at) as newest_occurred_at
from deliveries
group by load_day, event_type
