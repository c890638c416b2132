select
    'e1' as event_id,
    'anna' as lead_id,
    'page_view' as event_type,
    '/pricing' as page_path,
    cast(null as {{ dbt.type_string() }}) as asset,
    cast(null as {{ dbt.type_string() }}) as channel,
    cast(null as {{ dbt.type_float() }}) as duration_seconds,
    cast(null as {{ dbt.type_float() }}) as page_views,
    cast('2026-06-29 10:00:00' as timestamp) as occurred_at,
    cast('2026-06-29 10:05:00' as timestamp) as loaded_at

union all

select
    'e2' as event_id,
    'anna' as lead_id,
    'demo_request' as event_type,
    '/demo' as page_path,
    cast(null as {{ dbt.type_string() }}) as asset,
    cast(null as {{ dbt.type_string() }}) as channel,
    cast(null as {{ dbt.type_float() }}) as duration_seconds,
    cast(null as {{ dbt.type_float() }}) as page_views,
    cast('2026-06-30 10:00:00' as timestamp) as occurred_at,
    cast('2026-06-30 10:05:00' as timestamp) as loaded_at
