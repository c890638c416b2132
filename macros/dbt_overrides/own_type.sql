{#- A type that contracts and seeds name, as the engine calls it. -#}
{%- macro own_type(type) -%}
    {{- return({
        'double precision': lead_scoring.type_double(),
        'text': dbt.type_string(),
    }.get(type | lower, type)) -}}
{%- endmacro -%}

{#- The columns of a contract, by name, with such types. -#}
{%- macro with_own_types(columns) -%}
    {%- set known = {} -%}
    {%- for name, column in columns.items() -%}
        {%- do known.update({name: dict(
            column, data_type=lead_scoring.own_type(column.data_type)
        )}) -%}
    {%- endfor -%}
    {{- return(known) -}}
{%- endmacro -%}

{#- The types that a seed names, as the engine calls them. -#}
{%- macro own_types_of_seed(model) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- for name, type in types.items() -%}
        {%- do types.update({name: lead_scoring.own_type(type)}) -%}
    {%- endfor -%}
{%- endmacro -%}
