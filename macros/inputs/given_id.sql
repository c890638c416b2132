{#- An id as text and otherwise as it is, null where it is missing. -#}
{%- macro given_id(expression) -%}
case
        when not {{ lead_scoring.is_blank(expression) }}
            then cast({{ expression }} as {{ dbt.type_string() }})
    end
{%- endmacro -%}
