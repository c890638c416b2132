with leads as (
    select * from {{ ref('int_lead_territories') }}
),

queues as (
    select
        lead_key,
        case
            when pool is null then {{ owner_queue() }}
            else {{ owner_queue() }} || ': ' || pool
        end as queue
    from leads
)

select
    leads.lead_key,
    leads.lead_id,
    coalesce(kept.owner, new_owners.owner, queues.queue) as owner,
    leads.pool as territory_owner,
    case
        when kept.is_own then 'kept'
        when kept.owner is not null then 'merged'
        when new_owners.owner is not null then 'assigned'
        when leads.pool is null then 'no territory'
        else 'no room'
    end as reason,
    kept.owner is null and new_owners.owner is null as is_queue,
    case
        when kept.is_own then kept.changed_at
        when kept.owner is not null or new_owners.owner is not null
            then leads.scored_at
    end as assigned_at
from leads
inner join queues on leads.lead_key = queues.lead_key
left join {{ ref('int_kept_owners') }} as kept
    on leads.lead_key = kept.lead_key
left join {{ ref('int_new_owners') }} as new_owners
    on leads.lead_key = new_owners.lead_key
