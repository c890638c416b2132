{{ config(enabled='salesforce' in (var('sources') or [])) }}

-- A merged record is a deleted row with its winner, without the time. A
-- converted lead goes on as the contact.
with leads as (
    select *
    from {{ raw_table(
        'salesforce', 'lead',
        texts=['id', 'master_record_id', 'converted_contact_id'],
        times=['converted_date'],
    ) }} as raw_leads
),

contacts as (
    select *
    from {{ raw_table('salesforce', 'contact', ['id', 'master_record_id']) }}
        as raw_contacts
)

select
    {{ source_id('salesforce', 'id') }} as record_id,
    {{ source_id(
        'salesforce', 'coalesce(master_record_id, converted_contact_id)'
    ) }} as into_record_id,
    case when master_record_id is null then converted_date end as merged_at
from leads
where master_record_id is not null or converted_contact_id is not null
union all
select
    {{ source_id('salesforce', 'id') }} as record_id,
    {{ source_id('salesforce', 'master_record_id') }} as into_record_id,
    cast(null as {{ dbt.type_timestamp() }}) as merged_at
from contacts
where master_record_id is not null
