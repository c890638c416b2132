{#- A property of events that a var names, as SQL; null where the var is empty or
    the var `event_properties` lacks it, which turns off what needs it. -#}
{%- macro property_of_var(name, relation) -%}
    {%- set properties = var('event_properties') | map('lower') | list -%}
    {%- if var(name) | lower in properties -%}
        {{ lead_scoring.trimmed_text(
            relation ~ '.property_' ~ var(name)
        ) }}
    {%- else -%}
        cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro -%}

{#- A var that holds a whole number; -1 where it is empty. -#}
{%- macro number_of_var(name) -%}
    {%- set given = var(name) | string | trim -%}
    {{- given | int(-1) if given else -1 -}}
{%- endmacro -%}
