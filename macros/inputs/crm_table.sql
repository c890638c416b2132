{#- Where staging reads one of the five raw tables from: the demo seed while
    the demo is on, else the `crm` source, or an empty table where the var
    `crm_tables` does not name it. `columns`: what staging reads; `optional`:
    which of them a raw table may lack. -#}
{%- macro crm_table(name, columns, optional=[]) -%}
    {%- if lead_scoring.is_demo() -%}
        {{- ref('demo_' ~ name) -}}
    {%- elif name in var('crm_tables') -%}
        {%- set table = source('crm', name) -%}
        {%- do lead_scoring.check_source_exists(table, name) -%}
        {%- do lead_scoring.check_columns(
            table, columns | reject('in', optional) | list, table
        ) -%}
        {{- lead_scoring.with_columns(table, optional) -}}
    {%- else -%}
        {{- lead_scoring.empty_table(columns) -}}
    {%- endif -%}
{%- endmacro -%}

{#- A relation, and a null for each of these columns that it lacks. -#}
{%- macro with_columns(relation, optional) -%}
    {%- set existing = lead_scoring.column_names(relation) if optional else [] -%}
    {%- set missing = optional | reject('in', existing) | list if existing else [] -%}
    {%- if not missing -%}
        {{- relation -}}
    {%- else -%}
(
            select
                given.*
            {%- for column in missing -%}
                , cast(null as {{ dbt.type_string() }}) as {{ column }}
            {%- endfor %}
            from {{ relation }} as given
        )
    {%- endif -%}
{%- endmacro -%}

{#- A table without a row. `columns`: their names; `types`: the types of those that
    are no text. -#}
{%- macro empty_table(columns, types={}) -%}
(
            select
            {%- for column in columns %}
                cast(null as {{ types.get(column, dbt.type_string()) }})
                    as {{ column }}
                {{- "," if not loop.last }}
            {%- endfor %}
            where 1 = 0
        )
{%- endmacro -%}

{#- Whether the demo's seeds are loaded and scored: yes where this project is
    the one that is run, no where another one has installed it. -#}
{%- macro is_demo() -%}
    {{- return(var('demo_data', project_name == 'lead_scoring')) -}}
{%- endmacro -%}

{%- macro check_source_exists(table, name) -%}
    {%- if execute and load_relation(table) is none
        and flags.WHICH in ['run', 'build', 'test'] -%}
        {{- exceptions.raise_compiler_error(
            "The source table " ~ table ~ " does not exist. Load it, say where "
            ~ "it is with the vars crm_database and crm_schema, take '" ~ name
            ~ "' out of the var crm_tables, or give a model stg_crm__" ~ name
            ~ " of your own."
        ) -}}
    {%- endif -%}
{%- endmacro -%}
