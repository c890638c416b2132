{#- A double where the trimmed text is a number (`[+-]digits[.digits]`, then
    perhaps an exponent), else null. Of at most 200 digits before and after the
    point and two in the exponent: no engine's cast fails or says infinity.
    `expression`: text. -#}
{%- macro parsed_number(expression) -%}
case
    when {{ lead_scoring.has_pattern(
        expression,
        '^[+-]?[0-9]{1,200}([.][0-9]{1,200})?([eE][+-]?[0-9]{1,2})?$'
    ) }}
        then cast({{ expression }} as {{ lead_scoring.type_double() }})
end
{%- endmacro -%}
