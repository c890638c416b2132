select
    'anna' as lead_id,
    'Chief operations officer' as job_title,
    'Manufacturing' as industry,
    cast('2026-06-01 09:00:00' as timestamp) as created_at

union all

select
    'ben' as lead_id,
    'Student' as job_title,
    cast(null as {{ dbt.type_string() }}) as industry,
    cast('2026-06-02 09:00:00' as timestamp) as created_at
