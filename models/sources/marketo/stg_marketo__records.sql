{{ config(enabled='marketo' in (var('sources') or [])) }}

with leads as (
    select *
    from {{ raw_table(
        'marketo', 'lead', ['id', 'email'],
        times=['created_at'],
        flags=['_fivetran_deleted'],
        attributes=source_attributes('marketo'),
    ) }} as raw_leads
),

deletions as (
    select distinct lead_id
    from {{ raw_table('marketo', 'activity_delete_lead', ['lead_id']) }}
        as raw_deletions
)

select
    {{ record_row(
        'marketo', 'lead', 1,
        id='leads.id',
        email='leads.email',
        created_at='leads.created_at',
        is_deleted='(leads._fivetran_deleted or deletions.lead_id is not null)',
        given=['leads'],
    ) }}
from leads
left join deletions on leads.id = deletions.lead_id
