-- People who get no leads, and territories for which nobody has room, where
-- leads are routed.
with people as (
    select
        *,
        {{ parsed_number('weekly_limit') }} as week_limit
    from {{ rule_table('sales_people') }} as sales_people
),

territories as (
    select * from {{ rule_table('territories') }} as territories
    where {{ 'true' if is_switched_on('routing') else 'false' }}
),

unnamed as (
    select people.name
    from people
    left join territories
        on territories.owner in (people.name, people.segment)
    where
        territories.owner is null
        and {{ 'true' if is_switched_on('routing') else 'false' }}
),

limited as (
    select
        territories.priority,
        territories.owner
    from territories
    inner join people on territories.owner in (people.name, people.segment)
    group by territories.priority, territories.owner
    having max(coalesce(people.week_limit, 1)) = 0
)

select
    'sales_people.csv' as file,
    '' as model_id,
    name as rule_id,
    'no territory names the person or the segment, so that no lead goes there'
        as warning
from unnamed

union all

select
    'territories.csv' as file,
    '' as model_id,
    priority as rule_id,
    'nobody takes its leads: the weekly_limit of everybody in '
    || {{ quoted('owner') }} || ' is 0' as warning
from limited
