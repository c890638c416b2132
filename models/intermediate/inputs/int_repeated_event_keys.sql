-- Only what is delivered more than once has to be looked at twice.
with deliveries as (
    select * from {{ ref('int_deliveries') }}
)

select event_key
from deliveries
where event_id is not null
group by event_key
having count(*) > 1
