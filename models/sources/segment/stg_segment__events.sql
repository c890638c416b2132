{{ config(enabled=streams_like_segment() != []) }}

{% for source_name in streams_like_segment() -%}
select
    {{ event_row(
        source_name, "'page-' || pages.id", "'page_view'", 'pages.occurred_at',
        'pages.received_at',
        visitor_id=visitor_or_user('pages.anonymous_id', 'pages.user_id'),
        fields={
            'page_path': 'pages.path', 'asset': 'pages.title',
            'channel': 'pages.context_campaign_source',
        },
    ) }}
from {{ raw_table(
    source_name, 'pages', ['id', 'anonymous_id', 'user_id', 'path', 'title',
        'context_campaign_source'],
    ['timestamp as occurred_at', 'received_at'],
) }} as pages
union all
select
    {{ event_row(
        source_name, "'track-' || tracks.id", 'lower(tracks.event)',
        'tracks.occurred_at', 'tracks.received_at',
        visitor_id=visitor_or_user('tracks.anonymous_id', 'tracks.user_id'),
        fields={
            'page_path': 'tracks.context_page_path',
            'channel': 'tracks.context_campaign_source',
        },
    ) }}
from {{ raw_table(
    source_name, 'tracks', ['id', 'anonymous_id', 'user_id', 'event',
        'context_page_path', 'context_campaign_source'],
    ['timestamp as occurred_at', 'received_at'],
) }} as tracks
{{ 'union all' if not loop.last }}
{% endfor %}
