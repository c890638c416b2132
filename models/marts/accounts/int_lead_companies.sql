{{ config(enabled=is_switched_on('reporting')) }}

-- The domain of a free email provider tells no company.
with leads as (
    select * from {{ ref('int_lead_stages') }}
    where basis = 'as_scored' and is_primary
),

fields as (
    select
        leads.*,
        nullif(domains.value, '') as email_domain,
        nullif(companies.value, '') as company
    from leads
    inner join {{ ref('int_lead_fields') }} as domains
        on
            leads.version_key = domains.version_key
            and domains.field = 'email_domain'
    left join {{ ref('int_lead_fields') }} as companies
        on
            leads.version_key = companies.version_key
            and companies.field in (
                {{ quoted_list([var('company_attribute')]) }}
            )
),

names as (
    select
        company,
        {{ company_name('company') }} as company_key
    from (select distinct company from fields) as companies
    where company is not null
)

select
    fields.lead_key,
    fields.lead_id,
    fields.version_key,
    fields.scored_at,
    fields.score,
    fields.is_excluded,
    fields.model_id,
    fields.stage,
    case
        when free_domains.domain is null then fields.email_domain
    end as domain,
    fields.company,
    names.company_key
from fields
left join names on fields.company = names.company
left join {{ rule_table('free_mail_domains') }} as free_domains
    on fields.email_domain = free_domains.domain
