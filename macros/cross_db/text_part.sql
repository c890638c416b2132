{#- Part `number` (from 1, an expression) of a text that `delimiter` parts; empty
    or null where there are fewer. dbt's own takes no expression on PostgreSQL. -#}
{%- macro text_part(expression, delimiter, number) -%}
    {{- return(adapter.dispatch('text_part', 'lead_scoring')(
        expression, delimiter, number
    )) -}}
{%- endmacro -%}

{%- macro default__text_part(expression, delimiter, number) -%}
split_part({{ expression }}, {{ delimiter }}, {{ number }})
{%- endmacro -%}

{%- macro bigquery__text_part(expression, delimiter, number) -%}
split({{ expression }}, {{ delimiter }})[safe_offset({{ number }} - 1)]
{%- endmacro -%}
