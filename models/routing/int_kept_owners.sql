-- A lead keeps its owner while it is qualified and the owner is in the file. A
-- lead without one takes over that of a lead which was merged into it.
with owners as (
    select owners.*
    from {{ ref('int_owners_so_far') }} as owners
    inner join {{ rule_table('sales_people') }} as sales_people
        on owners.owner = sales_people.name
),

candidates as (
    select
        leads.lead_key,
        owners.owner,
        owners.changed_at,
        owners.actor_key = leads.lead_key as is_own,
        row_number() over (
            partition by leads.lead_key
            order by
                case when owners.actor_key = leads.lead_key then 0 else 1 end,
                owners.changed_at,
                {{ in_byte_order('owners.lead_id') }}
        ) as choice
    from owners
    inner join {{ ref('int_actor_leads') }} as actor_leads
        on
            owners.actor_key = actor_leads.actor_key
            and owners.scored_at >= actor_leads.valid_from
            and owners.scored_at < actor_leads.valid_to
    inner join {{ ref('int_lead_territories') }} as leads
        on actor_leads.lead_key = leads.lead_key
)

select
    lead_key,
    owner,
    changed_at,
    is_own
from candidates
where choice = 1
