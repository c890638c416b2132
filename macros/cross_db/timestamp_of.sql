{%- macro default__timestamp_of(microseconds) -%}
    {{- dbt.dateadd(
        'microsecond', microseconds,
        "cast('1970-01-01' as " ~ dbt.type_timestamp() ~ ')'
    ) -}}
{%- endmacro -%}

{%- macro bigquery__timestamp_of(microseconds) -%}
timestamp_micros({{ microseconds }})
{%- endmacro -%}

{%- macro duckdb__timestamp_of(microseconds) -%}
make_timestamp({{ microseconds }})
{%- endmacro -%}

{#- In two parts, since an interval is multiplied as a double, in which so many
    microseconds as the year 110 is away are not exact. -#}
{%- macro postgres__timestamp_of(microseconds) -%}
(
            timestamp '1970-01-01'
            + ({{ microseconds }}) / 1000000 * interval '1 second'
            + mod({{ microseconds }}, 1000000) * interval '1 microsecond'
        )
{%- endmacro -%}

{%- macro spark__timestamp_of(microseconds) -%}
timestamp_micros({{ microseconds }})
{%- endmacro -%}

{%- macro redshift__timestamp_of(microseconds) -%}
dateadd(microsecond, {{ microseconds }}, timestamp '1970-01-01')
{%- endmacro -%}

{#- Trino's `date_add` knows no microsecond, `from_unixtime_nanos` does. -#}
{%- macro trino__timestamp_of(microseconds) -%}
cast(
            from_unixtime_nanos(cast({{ microseconds }} as decimal(38, 0)) * 1000)
            at time zone 'UTC' as timestamp(6)
        )
{%- endmacro -%}
