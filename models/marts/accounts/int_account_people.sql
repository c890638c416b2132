{{ config(enabled=is_switched_on('reporting')) }}

-- Excluded people, such as customers and competitors, come last and count nil.
with leads as (
    select
        lead_stages.*,
        coalesce(stages.is_mql, false) as is_qualified
    from {{ ref('int_lead_stages') }} as lead_stages
    left join {{ ref('int_stages') }} as stages
        on
            lead_stages.model_id = stages.model_id
            and lead_stages.stage = stages.stage
    where lead_stages.basis = 'as_scored' and lead_stages.is_primary
)

select
    accounts.account_id,
    leads.lead_key,
    leads.lead_id,
    leads.version_key,
    leads.scored_at,
    leads.score,
    leads.is_excluded,
    leads.is_qualified,
    accounts.company,
    row_number() over (
        partition by accounts.account_id
        order by
            case when leads.is_excluded then 1 else 0 end,
            leads.score desc,
            {{ in_byte_order('leads.lead_id') }}
    ) as place
from {{ ref('lead_accounts') }} as accounts
inner join leads on accounts.lead_id = leads.lead_id
