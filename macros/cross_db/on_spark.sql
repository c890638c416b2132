{#- dbt's own words for Spark where they do not do: found before dbt's, since the
    package of a model comes first. -#}

{#- dbt's takes the delimiter for a regular expression. -#}
{%- macro spark__split_part(string_text, delimiter_text, part_number) -%}
split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }})
{%- endmacro -%}

{%- macro spark__get_empty_schema_sql(columns) -%}
    {{- return(dbt.default__get_empty_schema_sql(
        lead_scoring.with_own_types(columns)
    )) -}}
{%- endmacro -%}

{%- macro spark__create_csv_table(model, agate_table) -%}
    {%- do lead_scoring.own_types_of_seed(model) -%}
    {{- return(dbt.spark__create_csv_table(model, agate_table)) -}}
{%- endmacro -%}

{#- Else the one of Spark would be taken for it too. -#}
{%- macro databricks__create_csv_table(model, agate_table) -%}
    {%- do lead_scoring.own_types_of_seed(model) -%}
    {{- return(dbt.databricks__create_csv_table(model, agate_table)) -}}
{%- endmacro -%}

{%- macro own_types_of_seed(model) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- for name, type in types.items() -%}
        {%- do types.update({name: lead_scoring.own_type(type)}) -%}
    {%- endfor -%}
{%- endmacro -%}

{#- dbt's takes a table without a format for one of Delta's. -#}
{%- macro spark__persist_constraints(relation, model) -%}
    {%- if config.get('file_format') == 'delta' -%}
        {{- dbt.spark__persist_constraints(relation, model) -}}
    {%- endif -%}
{%- endmacro -%}
