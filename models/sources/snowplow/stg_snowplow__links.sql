{{ config(enabled='snowplow' in (var('sources') or [])) }}

select
    {{ source_id('snowplow', visitor_or_user(
        'coalesce(domain_userid, network_userid)', 'user_id'
    )) }} as anonymous_id,
    user_id,
    coalesce(derived_tstamp, collector_tstamp) as linked_at
from {{ raw_table(
    'snowplow', 'events', ['user_id', 'domain_userid', 'network_userid'],
    ['derived_tstamp', 'collector_tstamp'],
) }} as events
where user_id is not null
