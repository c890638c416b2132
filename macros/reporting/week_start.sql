{#- The Monday (UTC) of the week of a time, as a date. Not by `date_trunc`, since
    weeks begin on Sunday on some warehouses. -#}
{%- macro week_start(time) -%}
    {%- set monday = "cast('1970-01-05' as " ~ dbt.type_timestamp() ~ ')' -%}
cast({{ lead_scoring.time_after(
        monday,
        '7 * floor(' ~ lead_scoring.days_between(monday, time) ~ ' / 7)', 'day'
    ) }} as date)
{%- endmacro -%}
