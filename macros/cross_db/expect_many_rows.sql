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
