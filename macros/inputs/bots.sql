{#- A property of events that a var names, as SQL; null where the var is empty or
    the var `event_properties` lacks it, which turns off what needs it. -#}
{%- macro property_of_var(name) -%}
    {{- lead_scoring.trimmed_text(lead_scoring.given_property(name)) -}}
{%- endmacro -%}

{#- The same as it is written: quick to tell that there is none. -#}
{%- macro given_property(name) -%}
    {%- set properties = var('event_properties') | map('lower') | list -%}
    {{- 'property_' ~ var(name) if var(name) | lower in properties else 'null' -}}
{%- endmacro -%}

{#- A var that holds a whole number; -1 where it is empty. -#}
{%- macro number_of_var(name) -%}
    {%- set given = var(name) | string | trim -%}
    {{- given | int(-1) if given else -1 -}}
{%- endmacro -%}
