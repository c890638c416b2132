{#- An id as text and otherwise as it is, null where it is missing. -#}
{%- macro given_id(expression) -%}
case
        when not {{ lead_scoring.is_blank(expression) }}
            then cast({{ expression }} as {{ dbt.type_string() }})
    end
{%- endmacro -%}

{#- The key of an id, null where it is missing. -#}
{%- macro key_of_id(expression) -%}
case
            when not {{ lead_scoring.is_blank(expression) }}
                then {{ lead_scoring.text_key(
                    'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')'
                ) }}
        end
{%- endmacro -%}
