{{ config(enabled=is_switched_on('reporting')) }}

-- The domain of a free email provider tells no company.
with leads as (
    select * from {{ ref('int_lead_stages') }}
    where basis = 'as_scored' and is_primary
),

fields as (
    select
        leads.lead_key,
        max(case
            when fields.field = 'email_domain' then nullif(fields.value, '')
        end) as email_domain,
        max(case
            when fields.field <> 'email_domain' then nullif(fields.value, '')
        end) as company
    from leads
    inner join {{ ref('int_lead_fields') }} as fields
        on leads.version_key = fields.version_key
    where
        fields.field in (
            'email_domain', {{ quoted_list([var('company_attribute')]) }}
        )
    group by leads.lead_key
),

names as (
    select
        company,
        {{ company_name('company') }} as company_key
    from (select distinct company from fields) as companies
    where company is not null
)

select
    leads.lead_key,
    leads.lead_id,
    case
        when free_domains.domain is null then fields.email_domain
    end as domain,
    fields.company,
    names.company_key
from leads
inner join fields on leads.lead_key = fields.lead_key
left join names on fields.company = names.company
left join {{ rule_table('free_mail_domains') }} as free_domains
    on fields.email_domain = free_domains.domain
