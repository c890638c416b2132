{#- A double where the trimmed text is a number (`[+-]digits[.digits]`, then
    perhaps an exponent), else null. `expression`: text. -#}
{%- macro parsed_number(expression) -%}
    {{- return(adapter.dispatch('parsed_number', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__parsed_number(expression) -%}
case
    when regexp_matches(
        {{ expression }}, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$'
    ) then {{ lead_scoring.safe_cast(expression, lead_scoring.type_double()) }}
end
{%- endmacro -%}
