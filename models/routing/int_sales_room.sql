-- A week begins on Monday, UTC. A limit counts the leads that a person was
-- given in it, also those that are gone since; none taken over in a merge.
with given as (
    select
        changes.owner,
        count(*) as leads,
        sum(case
            when {{ week_start('changes.changed_at') }}
                = {{ week_start('as_of.scored_at') }} then 1
            else 0
        end) as leads_this_week
    from {{ owner_changes_so_far() }} as changes
    inner join {{ ref('int_as_of') }} as as_of
        on changes.changed_at <= as_of.scored_at
    where changes.reason = 'assigned'
    group by changes.owner
),

new_leads as (
    select
        pool,
        count(*) as new_leads
    from {{ ref('int_leads_to_route') }}
    group by pool
),

people as (
    select
        sales_people.name,
        sales_people.segment,
        {{ parsed_number('sales_people.weekly_limit') }} as weekly_limit,
        coalesce(given.leads_this_week, 0) as leads_this_week,
        coalesce(given.leads, 0) as leads
    from {{ rule_table('sales_people') }} as sales_people
    left join given on sales_people.name = given.owner
),

-- leads of a territory that names one person come before those of a segment
rooms as (
    select
        people.*,
        coalesce(new_leads.new_leads, 0) as own_leads,
        case
            when people.weekly_limit is null then 1e9
            when people.weekly_limit > people.leads_this_week
                then people.weekly_limit - people.leads_this_week
            else 0
        end as room
    from people
    left join new_leads on people.name = new_leads.pool
)

select
    name,
    segment,
    leads,
    room as own_room,
    case when own_leads < room then room - own_leads else 0 end as room,
    leads_this_week + case when own_leads < room then own_leads else room end
        as leads_this_week
from rooms
