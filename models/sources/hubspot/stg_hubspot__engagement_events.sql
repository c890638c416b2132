{{ config(enabled='hubspot' in (var('sources') or [])) }}

-- A meeting of next week is a calendar entry, no event until it takes place.
with engagements as (
    {% for kind in ['call', 'email', 'meeting', 'note', 'task'] -%}
    select
        'engagement_{{ kind }}' as event_type,
        *
    from {{ raw_table(
        'hubspot', 'engagement_' ~ kind, ['engagement_id'],
        ['property_hs_timestamp', 'start_time', 'property_hs_createdate',
            '_fivetran_synced as synced_at'], ['_fivetran_deleted'],
    ) }} as raw_{{ kind }}
    where not _fivetran_deleted
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

{% for type, time, condition in [
    ('events.event_type', 'coalesce(property_hs_timestamp, start_time)', '1 = 1'),
    ("'meeting_booked'", 'property_hs_createdate',
        "events.event_type = 'engagement_meeting' and "
        ~ "property_hs_createdate is not null"),
] -%}
select
    {{ event_row(
        'hubspot',
        type ~ " || '-' || events.engagement_id || '-' || contact_id",
        type, time, 'events.synced_at', 'contacts.contact_id',
    ) }}
from engagements as events
inner join {{ raw_table(
    'hubspot', 'engagement_contact', ['contact_id', 'engagement_id']
) }} as contacts
    on events.engagement_id = contacts.engagement_id
where {{ condition }} and coalesce({{ time }} <= {{ built_at() }}, true)
{{ 'union all' if not loop.last }}
{% endfor %}
