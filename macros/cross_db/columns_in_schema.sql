{%- macro default__columns_in_schema(schema) -%}
{%- endmacro -%}

{%- macro duckdb__columns_in_schema(schema) -%}
select
    lower(columns.table_name) as table_name,
    lower(columns.column_name) as column_name
from system.information_schema.columns as columns
where
    columns.table_catalog = '{{ schema.database }}'
    and columns.table_schema = '{{ schema.schema }}'
{%- endmacro -%}

{#- information_schema leaves out what the user may not read. -#}
{%- macro postgres__columns_in_schema(schema) -%}
select
    lower(tables.relname) as table_name,
    lower(columns.attname) as column_name
from pg_catalog.pg_class as tables
inner join pg_catalog.pg_namespace as schemas
    on tables.relnamespace = schemas.oid
inner join pg_catalog.pg_attribute as columns
    on tables.oid = columns.attrelid
where
    schemas.nspname = '{{ schema.schema }}'
    and tables.relkind in ('r', 'p', 'v', 'm', 'f')
    and columns.attnum > 0
    and not columns.attisdropped
{%- endmacro -%}
