-- Each event once: what was delivered first.
create or replace view first_deliveries as
select * exclude (delivery)
from (
    select
        *,
        row_number() over (partition by event_id order by loaded_at) as delivery
    from events
    where loaded_at <= getvariable('as_of')
)
where delivery = 1;
