{{ config(enabled='marketo' in (var('sources') or [])) }}

{% for table, type in [
    ('send_email', 'email_sent'),
    ('email_delivered', 'email_delivered'),
    ('email_bounced', 'email_bounced'),
    ('open_email', 'email_open'),
    ('click_email', 'email_click'),
    ('unsubscribe_email', 'unsubscribe'),
    ('fill_out_form', 'form_submission'),
    ('visit_webpage', 'page_view'),
    ('interesting_moment', 'interesting_moment'),
    ('change_score', 'score_changed'),
    ('change_data_value', 'field_changed'),
] -%}
select
    {{ event_row(
        'marketo',
        event_id='raw_' ~ table ~ '.id',
        event_type="'" ~ type ~ "'",
        occurred_at='activity_date',
        synced_at='synced_at',
        lead_id='lead_id',
        fields={
            'asset': 'primary_attribute_value', 'link': 'link',
            'page_path': 'coalesce(webpage_url, link)',
            'score_change': 'change_value',
        },
    ) }}
from {{ raw_table(
    'marketo', 'activity_' ~ table,
    ['id', 'lead_id', 'primary_attribute_value', 'link', 'webpage_url'],
    ['activity_date', '_fivetran_synced as synced_at'],
    numbers=['change_value'],
) }} as raw_{{ table }}
{{ 'union all' if not loop.last }}
{% endfor %}
