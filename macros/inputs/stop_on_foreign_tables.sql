{#- Stops before anything is built where a table, view or seed of ours that is
    to be built is there already and is somebody else's: dbt would replace it,
    or empty it. Ours is what has at least half of the columns that we document,
    so that an older version of ours passes. -#}
{%- macro stop_on_foreign_tables() -%}
    {%- set foreign = [] -%}
    {%- set schemas = {} -%}
    {%- for id in (
        selected_resources
        if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot'] else []
    ) -%}
        {%- set node = graph.nodes.get(id) -%}
        {%- if node and node.package_name == 'lead_scoring' and node.columns
            and node.config.materialized != 'ephemeral'
            and node.resource_type in ['model', 'seed', 'snapshot'] -%}
            {%- set schema = api.Relation.create(
                database=node.database, schema=node.schema
            ) -%}
            {%- if schema | string not in schemas -%}
                {%- do schemas.update({
                    schema | string: lead_scoring.tables_in_schema(schema)
                }) -%}
            {%- endif -%}
            {%- set found = schemas[schema | string].get(node.alias | lower, []) -%}
            {%- set ours = node.columns.keys() | map('lower') | list -%}
            {%- if found and found | select('in', ours) | list | length * 2
                < ours | length -%}
                {%- do foreign.append(
                    '- ' ~ schema.schema ~ '.' ~ node.alias ~ ' has the columns '
                    ~ found | join(', ')
                ) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if foreign -%}
        {{- exceptions.raise_compiler_error(
            "What is built here would take the place of tables that are not "
            ~ "ours, and nothing was built:\n" ~ foreign | sort | join('\n')
            ~ "\nName another schema in profiles.yml, or rename these tables."
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- The columns by the name of the table. -#}
{%- macro tables_in_schema(schema) -%}
    {%- set tables = {} -%}
    {%- set query = lead_scoring.columns_in_schema(schema) | trim -%}
    {%- for table, column in (run_query(query).rows if query else []) -%}
        {%- do tables.setdefault(table, []).append(column) -%}
    {%- endfor -%}
    {{- return(tables) -}}
{%- endmacro -%}
