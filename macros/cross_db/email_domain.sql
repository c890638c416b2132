{#- What follows the last `@` of an address; null where there is none. -#}
{%- macro email_domain(expression) -%}
    {{- return(adapter.dispatch('email_domain', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__email_domain(expression) -%}
nullif(regexp_substr({{ expression }}, '[^@]+$'), {{ expression }})
{%- endmacro -%}

{%- macro duckdb__email_domain(expression) -%}
nullif(regexp_extract({{ expression }}, '@([^@]*)$', 1), '')
{%- endmacro -%}

{%- macro postgres__email_domain(expression) -%}
nullif(substring({{ expression }} from '@([^@]*)$'), '')
{%- endmacro -%}

{%- macro spark__email_domain(expression) -%}
nullif(regexp_extract({{ expression }}, '@([^@]*)$', 1), '')
{%- endmacro -%}

{%- macro redshift__email_domain(expression) -%}
nullif(nullif(regexp_substr({{ expression }}, '[^@]+$'), {{ expression }}), '')
{%- endmacro -%}

{%- macro trino__email_domain(expression) -%}
regexp_extract({{ expression }}, '@([^@]+)$', 1)
{%- endmacro -%}
