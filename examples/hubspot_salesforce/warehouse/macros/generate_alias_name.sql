{#- `hubspot__contact.csv` is the table `contact`: two seeds cannot share a name. -#}
{%- macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {{ node.name.split('__') | last }}
{%- endmacro -%}
