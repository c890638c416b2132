{#- A hook before a model: PostgreSQL knows nothing of a table that was made a
    moment ago, nor of what a chain of CTEs ends in, takes it for a few rows, and
    would compare each of many with each. -#}
{%- macro expect_many_rows() -%}
    {{- return(adapter.dispatch('expect_many_rows', 'lead_scoring')()) -}}
{%- endmacro -%}

{%- macro default__expect_many_rows() -%}
{%- endmacro -%}

{%- macro postgres__expect_many_rows() -%}
set local enable_nestloop = off
{%- endmacro -%}

{%- macro redshift__expect_many_rows() -%}
{%- endmacro -%}

{#- A hook after a model: PostgreSQL counts what it just made. -#}
{%- macro gather_statistics() -%}
    {{- return(adapter.dispatch('gather_statistics', 'lead_scoring')()) -}}
{%- endmacro -%}

{%- macro default__gather_statistics() -%}
{%- endmacro -%}

{%- macro postgres__gather_statistics() -%}
    {%- if config.get('materialized') != 'view' -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro -%}

{%- macro redshift__gather_statistics() -%}
{%- endmacro -%}
