{{ config(enabled='salesforce' in (var('sources') or [])) }}

with leads as (
    select *
    from {{ raw_table(
        'salesforce', 'lead',
        texts=['id', 'email'],
        times=['created_date'],
        flags=['is_deleted', '_fivetran_deleted'],
        attributes=source_attributes('salesforce'),
    ) }} as raw_leads
),

records as (
    select
        {{ record_row(
            'salesforce', 'lead', 2,
            id='leads.id',
            email='leads.email',
            created_at='leads.created_date',
            is_deleted='(leads.is_deleted or leads._fivetran_deleted)',
            given=['leads'],
        ) }}
    from leads
)

select * from records
