{#- Stops before anything is built where a table, view or seed of ours that is
    to be built is there already and is somebody else's: dbt would replace it,
    or empty it. Ours is what has at least half of the columns that we document,
    so that an older version of ours passes. A model
    that had other columns lists those as `meta: columns_before`, and then a table
    that has none but these is ours too. -#}
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
                {%- set tables = {} -%}
                {%- set query = adapter.dispatch(
                    'columns_in_schema', 'lead_scoring'
                )(schema) | trim -%}
                {%- for table, column in (run_query(query).rows if query else []) -%}
                    {%- do tables.setdefault(table, []).append(column) -%}
                {%- endfor -%}
                {%- do schemas.update({schema | string: tables}) -%}
            {%- endif -%}
            {%- set found = schemas[schema | string].get(node.alias | lower, []) -%}
            {%- set ours = node.columns.keys() | map('lower') | list -%}
            {%- set before = node.config.meta.get('columns_before', []) -%}
            {%- set known = found | select('in', ours + before) | list | length -%}
            {%- if found and known * 2 < ours | length
                and (not before or known < found | length) -%}
                {%- do foreign.append(
                    '- ' ~ schema.schema ~ '.' ~ node.alias ~ ' has the columns '
                    ~ found | join(', ')
                ) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if foreign -%}
        {{- exceptions.raise_compiler_error(
            "This build would replace tables that belong to another project, "
            ~ "so nothing was built:\n" ~ foreign | sort | join('\n')
            ~ "\nUse another schema in profiles.yml, or rename these tables."
        ) -}}
    {%- endif -%}
{%- endmacro -%}
