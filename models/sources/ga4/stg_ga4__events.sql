{{ config(enabled='ga4' in (var('sources') or [])) }}

-- The export gives no ids, and no time of loading.
with events as (
    select
        event_name,
        concat(stream_id, '.', user_pseudo_id) as visitor_id,
        user_id,
        timestamp_micros(event_timestamp) as occurred_at,
        {{ ga4_parameter('page_location') }} as page_path,
        {{ ga4_parameter('page_title') }} as page_title,
        {{ ga4_parameter('source') }} as channel,
        to_hex(md5(to_json_string(raw_events))) as event_id
    from {{ source('ga4', 'events') }} as raw_events
)

select
    {{ event_row(
        'ga4',
        event_id='events.event_id',
        event_type='lower(events.event_name)',
        occurred_at='events.occurred_at',
        synced_at='events.occurred_at',
        visitor_id=visitor_or_user('events.visitor_id', 'events.user_id'),
        fields={
            'page_path': 'events.page_path', 'asset': 'events.page_title',
            'channel': 'events.channel',
        },
    ) }}
from events
