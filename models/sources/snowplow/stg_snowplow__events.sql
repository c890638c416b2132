{{ config(enabled='snowplow' in (var('sources') or [])) }}

with events as (
    select
        *,
        coalesce(domain_userid, network_userid) as visitor_id,
        coalesce(derived_tstamp, collector_tstamp) as occurred_at
    from {{ raw_table(
        'snowplow', 'events',
        ['event_id', 'user_id', 'domain_userid', 'network_userid', 'event_name',
            'se_action', 'page_urlpath', 'page_title', 'mkt_source'],
        ['derived_tstamp', 'collector_tstamp', 'load_tstamp'],
    ) }} as raw_events
)

select
    {{ event_row(
        'snowplow',
        event_id='events.event_id',
        event_type='lower(coalesce(events.se_action, events.event_name))',
        occurred_at='events.occurred_at',
        synced_at='coalesce(events.load_tstamp, events.collector_tstamp)',
        visitor_id=visitor_or_user('events.visitor_id', 'events.user_id'),
        fields={
            'page_path': 'events.page_urlpath', 'asset': 'events.page_title',
            'channel': 'events.mkt_source',
        },
    ) }}
from events
