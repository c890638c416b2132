{{ config(enabled='hubspot' in (var('sources') or [])) }}

with contacts as (
    select *
    from {{ raw_table(
        'hubspot', 'contact',
        texts=['id', 'property_email'],
        times=['property_createdate'],
        flags=['_fivetran_deleted', 'is_deleted'],
        attributes=source_attributes('hubspot'),
    ) }} as raw_contacts
),

records as (
    select
        {{ record_row(
            'hubspot', 'contact', 1,
            id='contacts.id',
            email='contacts.property_email',
            created_at='contacts.property_createdate',
            is_deleted='(contacts._fivetran_deleted or contacts.is_deleted)',
            given=['contacts'],
        ) }}
    from contacts
)

select * from records
