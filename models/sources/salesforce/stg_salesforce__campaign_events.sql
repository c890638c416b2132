{{ config(enabled='salesforce' in (var('sources') or [])) }}

-- Two events, since the row changes in place when somebody responds.
with members as (
    select
        *,
        coalesce(lead_id, contact_id) as who_id
    from {{ raw_table(
        'salesforce', 'campaign_member',
        texts=['id', 'lead_id', 'contact_id', 'campaign_id'],
        times=['created_date', 'first_responded_date',
            '_fivetran_synced as synced_at'],
        flags=['has_responded', 'is_deleted'],
    ) }} as raw_members
    where not is_deleted
)

{% for type, time in [
    ('campaign_member', 'created_date'),
    ('campaign_response', 'first_responded_date'),
] -%}
select
    {{ event_row(
        'salesforce',
        event_id="'" ~ type ~ "-' || members.id",
        event_type="'" ~ type ~ "'",
        occurred_at='members.' ~ time,
        synced_at='members.synced_at',
        lead_id='members.who_id',
        fields={'asset': 'members.campaign_id', 'channel': "'campaign'"},
    ) }}
from members
where
    members.who_id is not null and members.{{ time }} is not null
    and (members.has_responded or '{{ type }}' = 'campaign_member')
{{ 'union all' if not loop.last }}
{% endfor %}
