{{ config(enabled=streams_like_segment() != []) }}

{% for source_name in streams_like_segment() -%}
{% for table in ['identifies', 'tracks', 'pages'] -%}
select
    {{ source_id(
        source_name, visitor_or_user('anonymous_id', 'user_id')
    ) }} as anonymous_id,
    user_id,
    linked_at
from {{ raw_table(
    source_name, table, ['anonymous_id', 'user_id'], ['timestamp as linked_at']
) }} as {{ table }}
where user_id is not null
{{ 'union all' if not loop.last }}
{% endfor %}
{{ 'union all' if not loop.last }}
{% endfor %}
