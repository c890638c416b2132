{#- The raw schemas have the loader's names, whatever the target's schema is. -#}
{%- macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro -%}
