{{ config(enabled='hubspot' in (var('sources') or [])) }}

select
    {{ event_row(
        'hubspot',
        event_id="'form-' || forms.contact_id || '-' || forms.conversion_id",
        event_type="'form_submission'",
        occurred_at='forms.submitted_at',
        synced_at='forms.synced_at',
        lead_id='forms.contact_id',
        fields={
            'asset': 'coalesce(forms.title, forms.form_id)',
            'page_path': 'forms.page_url', 'link': 'forms.page_url',
            'channel': "'form'",
        },
    ) }}
from {{ raw_table(
    'hubspot', 'contact_form_submission',
    texts=['contact_id', 'conversion_id', 'form_id', 'title', 'page_url'],
    times=['timestamp as submitted_at', '_fivetran_synced as synced_at'],
) }} as forms

union all

select
    {{ event_row(
        'hubspot',
        event_id="'list-' || members.contact_list_id || '-' || members.contact_id",
        event_type="'list_joined'",
        occurred_at='members.added_at',
        synced_at='members.synced_at',
        lead_id='members.contact_id',
        fields={'asset': 'members.contact_list_id', 'channel': "'list'"},
    ) }}
from {{ raw_table(
    'hubspot', 'contact_list_member',
    texts=['contact_id', 'contact_list_id'],
    times=['added_at', '_fivetran_synced as synced_at'],
) }} as members
