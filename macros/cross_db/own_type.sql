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

{#- dbt's own, with such types: BigQuery knows no `double precision`. -#}
{%- macro bigquery__get_empty_schema_sql(columns) -%}
    {{- return(dbt.default__get_empty_schema_sql(
        lead_scoring.with_own_types(columns)
    )) -}}
{%- endmacro -%}

{%- macro bigquery__get_table_columns_and_constraints() -%}
    {%- do model.columns.update(lead_scoring.with_own_types(model.columns)) -%}
    {{- dbt.default__get_table_columns_and_constraints() -}}
{%- endmacro -%}
