{#- dbt's own words for tables of contracts and seeds where our names of types are
    not known, or mean another: one below for each adapter that has its own, since
    Spark's would be taken for Databricks' and a default of ours for everyone's. -#}
{%- macro bigquery__get_empty_schema_sql(columns) -%}
    {{- return(dbt.default__get_empty_schema_sql(
        lead_scoring.with_own_types(columns)
    )) -}}
{%- endmacro -%}

{%- macro spark__get_empty_schema_sql(columns) -%}
    {{- return(dbt.default__get_empty_schema_sql(
        lead_scoring.with_own_types(columns)
    )) -}}
{%- endmacro -%}

{%- macro bigquery__get_table_columns_and_constraints() -%}
    {%- do model.columns.update(lead_scoring.with_own_types(model.columns)) -%}
    {{- dbt.default__get_table_columns_and_constraints() -}}
{%- endmacro -%}

{%- macro redshift__get_table_columns_and_constraints() -%}
    {%- do model.columns.update(lead_scoring.with_own_types(model.columns)) -%}
    {{- dbt.default__get_table_columns_and_constraints() -}}
{%- endmacro -%}

{%- macro bigquery__create_csv_table(model, agate_table) -%}
    {%- do lead_scoring.own_types_of_seed(model) -%}
    {{- return(dbt.bigquery__create_csv_table(model, agate_table)) -}}
{%- endmacro -%}

{%- macro databricks__create_csv_table(model, agate_table) -%}
    {%- do lead_scoring.own_types_of_seed(model) -%}
    {{- return(dbt.databricks__create_csv_table(model, agate_table)) -}}
{%- endmacro -%}

{%- macro redshift__create_csv_table(model, agate_table) -%}
    {%- do lead_scoring.own_types_of_seed(model) -%}
    {{- return(dbt.redshift__create_csv_table(model, agate_table)) -}}
{%- endmacro -%}

{%- macro spark__create_csv_table(model, agate_table) -%}
    {%- do lead_scoring.own_types_of_seed(model) -%}
    {{- return(dbt.spark__create_csv_table(model, agate_table)) -}}
{%- endmacro -%}

{%- macro trino__create_csv_table(model, agate_table) -%}
    {%- do lead_scoring.own_types_of_seed(model) -%}
    {{- return(dbt.default__create_csv_table(model, agate_table)) -}}
{%- endmacro -%}

{#- These two read the types once more, and no table is made before in a later
    build. -#}
{%- macro bigquery__load_csv_rows(model, agate_table) -%}
    {%- do lead_scoring.own_types_of_seed(model) -%}
    {{- return(dbt.bigquery__load_csv_rows(model, agate_table)) -}}
{%- endmacro -%}

{%- macro trino__load_csv_rows(model, agate_table) -%}
    {%- do lead_scoring.own_types_of_seed(model) -%}
    {{- return(dbt.trino__load_csv_rows(model, agate_table)) -}}
{%- endmacro -%}

{#- What dbt calls text there is cut at 256 letters, and a cast does not say so. -#}
{%- macro redshift__type_string() -%}varchar(65535){%- endmacro -%}
