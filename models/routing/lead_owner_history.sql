{{ config(
    partition_by=parted_by('reason'),
    post_hook="{{ forget_erased(this) }}",
) }}

-- depends_on: {{ ref('int_erased_actors') }}
-- Each build adds the changes at its as-of time; a look-back adds none.
with owners as (
    select * from {{ ref('int_lead_owners') }}
    where not is_queue
),

so_far as (
    select * from {{ ref('int_owners_so_far') }}
),

changes as (
    select
        coalesce(owners.lead_id, so_far.lead_id) as lead_id,
        coalesce(so_far.change_number, 0) + 1 as change_number,
        owners.owner,
        case
            when owners.owner is null and leads.lead_key is null
                then 'unqualified'
            when owners.owner is null then 'left'
            else owners.reason
        end as reason
    from owners
    full outer join so_far on owners.lead_key = so_far.actor_key
    left join {{ ref('int_lead_owners') }} as leads
        on so_far.actor_key = leads.lead_key
    where coalesce(owners.owner, '') <> coalesce(so_far.owner, '')
)

select
    changes.lead_id,
    cast(changes.change_number as integer) as change_number,
    changes.owner,
    moment.scored_at as changed_at,
    changes.reason
from changes
cross join {{ moment_to_keep() }} as moment
