with leads as (
    select leads.*
    from {{ ref('int_lead_territories') }} as leads
    left join {{ ref('int_kept_owners') }} as kept
        on leads.lead_key = kept.lead_key
    where leads.pool is not null and kept.lead_key is null
)

select
    lead_key,
    pool,
    row_number() over (partition by pool order by place) as number,
    count(*) over (partition by pool) as new_leads
from leads
