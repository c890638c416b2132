{{ config(enabled=is_switched_on('reporting')) }}

{{ dbt.date_spine(
    'day',
    "cast('2000-01-01' as date)",
    "cast('2051-01-01' as date)"
) }}
