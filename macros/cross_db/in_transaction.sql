{#- What `transaction` is of a hook that is to stand apart from its model's
    transaction. Where there is none, dbt leaves out hooks that say false. -#}
{%- macro in_transaction() -%}
    {{- return(adapter.dispatch('in_transaction', 'lead_scoring')()) -}}
{%- endmacro -%}

{%- macro default__in_transaction() -%}
    {{- return(false) -}}
{%- endmacro -%}

{%- macro bigquery__in_transaction() -%}
    {{- return(true) -}}
{%- endmacro -%}

{%- macro snowflake__in_transaction() -%}
    {{- return(true) -}}
{%- endmacro -%}

{%- macro spark__in_transaction() -%}
    {{- return(true) -}}
{%- endmacro -%}

{%- macro trino__in_transaction() -%}
    {{- return(true) -}}
{%- endmacro -%}
