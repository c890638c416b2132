{{ config(enabled=is_switched_on('reporting')) }}

-- By the domain of the address. Without one, by the name: with the leads of the
-- domain where most leads of that name are, or with others of that name alone.
-- Excluded people, such as customers and competitors, come last and count nil.
with leads as (
    select * from {{ ref('int_lead_companies') }}
    where domain is not null or company_key is not null
),

domains as (
    select
        company_key,
        domain,
        count(*) as leads
    from leads
    where domain is not null and company_key is not null
    group by company_key, domain
),

usual_domains as (
    select
        company_key,
        domain,
        cast(leads as {{ type_double() }})
        / sum(leads) over (partition by company_key) as share,
        row_number() over (
            partition by company_key
            order by leads desc, {{ in_byte_order('domain') }}
        ) as choice
    from domains
),

matched as (
    select
        leads.*,
        coalesce(
            leads.domain, usual_domains.domain, 'company: ' || leads.company_key
        ) as account_id,
        case
            when leads.domain is not null then 'domain'
            when usual_domains.domain is not null then 'name_of_domain'
            else 'name'
        end as match_reason,
        case
            when leads.domain is not null
                then {{ account_confidence('domain') }}
            when usual_domains.domain is not null
                then {{ account_confidence('name_of_domain') }}
                    * usual_domains.share
            else {{ account_confidence('name') }}
        end as confidence
    from leads
    left join usual_domains
        on
            leads.company_key = usual_domains.company_key
            and usual_domains.choice = 1
)

select
    matched.account_id,
    matched.match_reason,
    matched.confidence,
    matched.company,
    matched.lead_key,
    matched.lead_id,
    matched.version_key,
    matched.scored_at,
    matched.score,
    matched.is_excluded,
    coalesce(stages.is_mql, false) as is_qualified,
    row_number() over (
        partition by matched.account_id
        order by
            case when matched.is_excluded then 1 else 0 end,
            matched.score desc,
            {{ in_byte_order('matched.lead_id') }}
    ) as place
from matched
left join {{ ref('int_stages') }} as stages
    on matched.model_id = stages.model_id and matched.stage = stages.stage
