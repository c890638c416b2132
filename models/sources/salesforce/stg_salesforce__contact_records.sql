{{ config(enabled='salesforce' in (var('sources') or [])) }}

-- What a contact does not say of itself is taken from its account.
with contacts as (
    select *
    from {{ raw_table(
        'salesforce', 'contact',
        texts=['id', 'email', 'account_id'],
        times=['created_date'],
        flags=['is_deleted', '_fivetran_deleted'],
        attributes=source_attributes('salesforce', {'country': 'mailing_country'}),
    ) }} as raw_contacts
),

accounts as (
    select *
    from {{ raw_table(
        'salesforce', 'account', ['id'],
        attributes=source_attributes('salesforce', {
            'company': 'name', 'country': 'billing_country', 'title': '',
        }),
    ) }} as raw_accounts
)

select
    {{ record_row(
        'salesforce', 'contact', 1,
        id='contacts.id',
        email='contacts.email',
        created_at='contacts.created_date',
        is_deleted='(contacts.is_deleted or contacts._fivetran_deleted)',
        given=['contacts', 'accounts'],
    ) }}
from contacts
left join accounts on contacts.account_id = accounts.id
