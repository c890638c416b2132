-- Each person of a segment has slots, numbered from the leads of this week on.
-- The n-th lead takes the n-th lowest slot, so that nobody gets a second lead
-- before the others have as many this week, as far as they have room.
with leads as (
    select * from {{ ref('int_leads_to_route') }}
),

people as (
    select * from {{ ref('int_sales_room') }}
),

-- nobody has more than this many leads in the end, so that slots are few
most as (
    select
        leads.pool,
        max(people.leads_this_week) + 1
        + max(leads.new_leads) / nullif(sum(case
            when people.room >= leads.new_leads then 1
            else 0
        end), 0) as most_leads
    from people
    inner join leads on people.segment = leads.pool and leads.number = 1
    group by leads.pool
),

slots as (
    select
        leads.pool,
        people.name,
        row_number() over (
            partition by leads.pool
            order by
                people.leads_this_week + leads.number,
                people.leads,
                {{ in_byte_order('people.name') }}
        ) as number
    from people
    inner join leads on people.segment = leads.pool
    inner join most on leads.pool = most.pool
    where
        leads.number <= people.room
        and people.leads_this_week + leads.number
        <= coalesce(most.most_leads + 1, 2e9)
)

select
    leads.lead_key,
    people.name as owner
from leads
inner join people on leads.pool = people.name
where leads.number <= people.own_room

union all

select
    leads.lead_key,
    slots.name as owner
from leads
inner join slots on leads.pool = slots.pool and leads.number = slots.number
