{#- A cast that gives null where it fails: dbt's own, which on DuckDB would
    stop the build. -#}
{%- macro safe_cast(expression, type) -%}
    {{- return(adapter.dispatch('safe_cast', 'lead_scoring')(expression, type)) -}}
{%- endmacro -%}

{%- macro default__safe_cast(expression, type) -%}
    {{- dbt.safe_cast(expression, type) -}}
{%- endmacro -%}

{%- macro duckdb__safe_cast(expression, type) -%}
try_cast({{ expression }} as {{ type }})
{%- endmacro -%}
