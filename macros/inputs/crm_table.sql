{#- Where staging reads one of the seven raw tables from: the ready-made sources where
    the var `sources` names some, the files of the var `raw_files`, the demo seed while
    the demo is on, else the `crm` source, or an empty table where these vars or
    `crm_tables` do not name it, as the demo has no merges. `columns`: what staging
    reads; `optional`: which of them a raw table may lack; `fields`: names from vars.
    Without `columns`: the table itself, and none where it is an empty one. -#}
{%- macro crm_table(name, columns=none, optional=[], fields=[]) -%}
    {%- set known = [
        'leads', 'events', 'outcomes', 'identities', 'erasures', 'merges',
        'handoffs',
    ] -%}
    {%- set given = lead_scoring.list_var('crm_tables') -%}
    {%- set files = var('raw_files', none) or {} -%}
    {%- if files is not mapping -%}
        {{- exceptions.raise_compiler_error(
            "The var raw_files is '" ~ files ~ "'; write raw_files: {leads: "
            ~ "leads.csv}."
        ) -}}
    {%- endif -%}
    {%- for var_name, names in [('crm_tables', given), ('raw_files', files)] -%}
        {%- for unknown in names | reject('in', known) -%}
            {{- exceptions.raise_compiler_error(
                "The var " ~ var_name ~ " names " ~ unknown ~ ", which is not one of "
                ~ "our tables; use some of " ~ known | join(", ") ~ "."
            ) -}}
        {%- endfor -%}
    {%- endfor -%}
    {#- merges of records are those of people, in int_source_leads -#}
    {%- set kind = 'lead_merges' if name == 'merges' else name -%}
    {%- if lead_scoring.source_models_of(kind) -%}
        {{- return(
            lead_scoring.union_of_sources(kind, columns, fields) if columns else ''
        ) -}}
    {%- endif -%}
    {%- set is_demo = not var('sources') and not files
        and var('demo_data', project_name == 'lead_scoring') -%}
    {%- set table = lead_scoring.table_of_files(name, files[name]) if name in files
        else ref('demo_' ~ name) if is_demo and name != 'merges'
        else source('crm', name) if name in given and not is_demo and not files
        else '' -%}
    {%- if columns is none -%}
        {{- return(table) -}}
    {%- elif table is string -%}
        {{- return(lead_scoring.empty_table(columns, fields=fields)) -}}
    {%- elif is_demo -%}
        {{- return(table) -}}
    {%- endif -%}
    {%- if execute and name not in files and load_relation(table) is none
        and flags.WHICH in ['run', 'build', 'test'] -%}
        {{- exceptions.raise_compiler_error(
            "The source table " ~ table ~ " does not exist. Load it, set "
            ~ "the vars crm_database and crm_schema to where it is, remove '"
            ~ name ~ "' from the var crm_tables, or add a model stg_crm__"
            ~ name ~ " of your own."
        ) -}}
    {%- endif -%}
    {%- do lead_scoring.columns_of(
        table, columns | reject('in', optional) | list + fields,
        files.get(name, table) | string
    ) -%}
    {%- set existing = lead_scoring.column_names(table) if optional else {} -%}
    {%- set missing = optional | reject('in', existing) | list if existing else [] -%}
    {%- if not missing -%}
        {{- return(table) -}}
    {%- endif -%}
    {%- set subquery -%}
(
            select
                given.*
            {%- for column in missing -%}
                , cast(null as {{ dbt.type_string() }}) as {{ column }}
            {%- endfor %}
            from {{ table }} as given
        )
    {%- endset -%}
    {{- return(subquery) -}}
{%- endmacro -%}

{#- A table without a row. `columns`: their names; `types`: the types of those that
    are no text; `fields`: further names, from vars. -#}
{%- macro empty_table(columns, types={}, fields=[]) -%}
    {%- set names = columns | list -%}
    {%- for field in fields | reject('in', columns) -%}
        {%- do names.append(lead_scoring.optional_column({}, field)) -%}
    {%- endfor -%}
    {%- set subquery -%}
(
            select
            {%- for column in names %}
                cast(null as {{ types.get(column, dbt.type_string()) }})
                    as {{ column }}
                {{- "," if not loop.last }}
            {%- endfor %}
            where 1 = 0
        )
    {%- endset -%}
    {{- return(subquery) -}}
{%- endmacro -%}
