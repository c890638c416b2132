-- Each event once: what was delivered first. Faster, since only the events
-- that were delivered more than once are put in order.
create or replace view first_deliveries as
with known as (
    select * from events where loaded_at <= getvariable('as_of')
),

repeated as (
    select event_id from known group by event_id having count(*) > 1
)

select known.*
from known
anti join repeated on known.event_id = repeated.event_id

union all

select * exclude (delivery)
from (
    select
        known.*,
        row_number() over (
            partition by known.event_id order by known.loaded_at
        ) as delivery
    from known
    semi join repeated on known.event_id = repeated.event_id
)
where delivery = 1;
