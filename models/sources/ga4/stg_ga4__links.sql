{{ config(enabled='ga4' in (var('sources') or [])) }}

select
    {{ source_id('ga4', visitor_or_user(
        "concat(stream_id, '.', user_pseudo_id)", 'user_id'
    )) }} as anonymous_id,
    user_id,
    timestamp_micros(event_timestamp) as linked_at
from {{ source('ga4', 'events') }} as events
where user_id is not null
