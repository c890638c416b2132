{#- Stops before anything is built where a source is switched on of which no table is
    there, or where the var such as `hubspot_attributes` names a column that none of
    its tables of people has. Where only some tables are there, it says which are
    missing. -#}
{%- macro stop_on_missing_sources() -%}
    {%- do lead_scoring.source_models_of('records') -%}
    {%- set checked = lead_scoring.list_var('sources')
        if execute and flags.WHICH in ['build', 'run'] else [] -%}
    {%- for source_name in checked -%}
        {%- set tables = [] -%}
        {%- set missing = [] -%}
        {%- set columns = {} -%}
        {%- for table in graph.sources.values()
            if table.package_name == 'lead_scoring'
            and table.source_name == source_name -%}
            {%- set relation = adapter.get_relation(
                table.database, table.schema, table.identifier
            ) -%}
            {%- if not relation and '*' not in table.identifier -%}
                {%- do missing.append(table) -%}
            {%- elif relation -%}
                {%- do tables.append(relation) -%}
                {%- if table.name in ['contact', 'lead', 'account'] -%}
                    {%- for name in lead_scoring.column_names(relation) -%}
                        {%- do columns.update({name | replace('_', ''): name}) -%}
                    {%- endfor -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if missing and tables -%}
            {%- do log(
                source_name ~ " has no table " ~ missing | map(attribute='name')
                | sort | join(', ') ~ " in the schema " ~ missing[0].schema
                ~ ": what is missing counts as empty.", info=true
            ) -%}
        {%- endif -%}
        {%- if missing and not tables -%}
            {{- exceptions.raise_compiler_error(
                "The var sources names " ~ source_name ~ ", but none of its tables "
                ~ "is in the schema " ~ missing[0].schema ~ " (such as "
                ~ missing | map(attribute='name') | sort | join(', ')
                ~ "), so nothing was built. Set the vars " ~ source_name
                ~ "_schema and " ~ source_name ~ "_database to where they are, or "
                ~ "remove " ~ source_name ~ " from the var sources."
            ) -}}
        {%- endif -%}
        {%- for attribute, name in
            (var(source_name ~ '_attributes', none) or {}).items()
            if columns and name | lower | replace('_', '') not in columns -%}
            {{- exceptions.raise_compiler_error(
                "The var " ~ source_name ~ "_attributes takes " ~ attribute
                ~ " from the column " ~ name ~ ", which no table of people of "
                ~ source_name ~ " has. They have: "
                ~ columns.values() | sort | join(", ") ~ "."
            ) -}}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro -%}
