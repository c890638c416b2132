{#- Microseconds from 1970 to a timestamp, a whole number. -#}
{%- macro epoch_microseconds(expression) -%}
    {{- return(adapter.dispatch('epoch_microseconds', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__epoch_microseconds(expression) -%}
    {{- dbt.datediff(
        "cast('1970-01-01' as " ~ dbt.type_timestamp() ~ ')', expression,
        'microsecond'
    ) -}}
{%- endmacro -%}

{%- macro bigquery__epoch_microseconds(expression) -%}
unix_micros({{ expression }})
{%- endmacro -%}

{%- macro duckdb__epoch_microseconds(expression) -%}
epoch_us({{ expression }})
{%- endmacro -%}

{%- macro postgres__epoch_microseconds(expression) -%}
cast(extract(epoch from {{ expression }}) * 1000000 as bigint)
{%- endmacro -%}

{%- macro spark__epoch_microseconds(expression) -%}
unix_micros({{ expression }})
{%- endmacro -%}

{#- Redshift's epoch has whole seconds. -#}
{%- macro redshift__epoch_microseconds(expression) -%}
datediff(microsecond, timestamp '1970-01-01', {{ expression }})
{%- endmacro -%}

{#- Trino's `to_unixtime` is a double, in which a microsecond of today is
    exact to a quarter. -#}
{%- macro trino__epoch_microseconds(expression) -%}
cast(round(to_unixtime(with_timezone({{ expression }}, 'UTC')) * 1e6) as bigint)
{%- endmacro -%}
