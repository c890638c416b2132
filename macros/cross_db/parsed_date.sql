{#- A date where the text is one in the form `YYYY-MM-DD`, else null. -#}
{%- macro parsed_date(expression) -%}
case
    when {{ lead_scoring.is_date(expression) }}
        then cast({{ expression }} as date)
end
{%- endmacro -%}
