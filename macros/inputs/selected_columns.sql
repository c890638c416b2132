{#- The columns of a list, each with a comma behind it, so that an empty list
    leaves nothing. -#}
{%- macro selected_columns(names) -%}
    {%- for name in names -%}{{- name }}, {% endfor -%}
{%- endmacro -%}

{#- The same with each column as a number, null where it is none. -#}
{%- macro selected_numbers(names) -%}
    {%- for name in names -%}
        {{- lead_scoring.parsed_number(lead_scoring.trimmed_text(name)) }}
            as {{ name }},
    {%- endfor -%}
{%- endmacro -%}
