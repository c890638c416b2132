{#- A double rounded to some decimals, as a double. -#}
{%- macro rounded(expression, decimals) -%}
    {{- return(adapter.dispatch('rounded', 'lead_scoring')(
        expression, decimals
    )) -}}
{%- endmacro -%}

{%- macro default__rounded(expression, decimals) -%}
round({{ expression }}, {{ decimals }})
{%- endmacro -%}

{#- PostgreSQL rounds a numeric only. -#}
{%- macro postgres__rounded(expression, decimals) -%}
cast(
            round(cast({{ expression }} as numeric), {{ decimals }})
            as double precision
        )
{%- endmacro -%}
