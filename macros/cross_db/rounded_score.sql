{#- Rounded to 6 decimals and then half away from zero to 2, through decimals,
    since 0.285 as a double is a little less than a half. -#}
{%- macro rounded_score(expression) -%}
    {{- return(adapter.dispatch('rounded_score', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__rounded_score(expression) -%}
cast(
    round(cast({{ expression }} as decimal(28, 6)), 2)
    as {{ lead_scoring.type_double() }}
)
{%- endmacro -%}
