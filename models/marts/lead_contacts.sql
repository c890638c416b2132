with leads as (
    select * from {{ ref('int_leads') }}
),

lead_scores as (
    select * from {{ ref('lead_scores') }}
    where is_primary
)

select
    leads.lead_id,
    leads.email
from leads
inner join lead_scores on leads.lead_id = lead_scores.lead_id
