{#- A date where the text is one in the form `YYYY-MM-DD`, else null. -#}
{%- macro parsed_date(expression) -%}
    {{- return(adapter.dispatch('parsed_date', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__parsed_date(expression) -%}
case
    when regexp_matches({{ expression }}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
        then {{ lead_scoring.safe_cast(expression, "date") }}
end
{%- endmacro -%}
