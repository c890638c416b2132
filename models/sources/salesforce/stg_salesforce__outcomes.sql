{{ config(enabled='salesforce' in (var('sources') or [])) }}

with opportunities as (
    select *
    from {{ raw_table(
        'salesforce', 'opportunity', ['id'],
        times=['close_date'], numbers=['amount'],
        flags=['is_closed', 'is_won', 'is_deleted'],
    ) }} as raw_opportunities
    where is_closed and not is_deleted
),

roles as (
    select *
    from {{ raw_table('salesforce', 'opportunity_contact_role',
        ['opportunity_id', 'contact_id']) }} as raw_roles
),

leads as (
    select *
    from {{ raw_table(
        'salesforce', 'lead', ['id', 'converted_opportunity_id']
    ) }} as raw_leads
)

select
    {{ source_id('salesforce', 'coalesce(roles.contact_id, leads.id)') }}
        as lead_id,
    case when opportunities.is_won then 'won' else 'lost' end as outcome,
    opportunities.amount,
    opportunities.close_date as closed_at
from opportunities
left join roles on opportunities.id = roles.opportunity_id
left join leads
    on
        opportunities.id = leads.converted_opportunity_id
        and roles.contact_id is null
where coalesce(roles.contact_id, leads.id) is not null
