{#- What a hook does to take rows out of a kept table. `condition`: SQL, '1 = 1' for
    all; `part`: the column that the table is partitioned by, where the hook is
    of another model. -#}
{%- macro remove_rows(relation, condition, part=none) -%}
    {{- return(adapter.dispatch('remove_rows', 'lead_scoring')(
        relation, condition, part
    )) -}}
{%- endmacro -%}

{%- macro default__remove_rows(relation, condition, part) -%}
delete from {{ relation }}
where {{ condition }}
{%- endmacro -%}

{%- macro spark__remove_rows(relation, condition, part) -%}
    {%- if condition == '1 = 1' -%}
        truncate table {{ relation }}
    {%- elif config.get('file_format') in ['delta', 'iceberg', 'hudi'] -%}
        {{- lead_scoring.default__remove_rows(relation, condition, part) -}}
    {%- elif execute -%}
        {%- do lead_scoring.rewrite_partitions(
            relation, condition, part=part or config.get('partition_by')[0]
        ) -%}
    {%- endif -%}
{%- endmacro -%}

{%- macro databricks__remove_rows(relation, condition, part) -%}
    {{- lead_scoring.default__remove_rows(relation, condition, part) -}}
{%- endmacro -%}

{#- The same to change some. `changes`: SQL of each new value, by its column. -#}
{%- macro change_rows(relation, changes, condition) -%}
    {{- return(adapter.dispatch('change_rows', 'lead_scoring')(
        relation, changes, condition
    )) -}}
{%- endmacro -%}

{%- macro default__change_rows(relation, changes, condition) -%}
update {{ relation }}
set
    {%- for column, value in changes.items() %}
    {{ column }} = {{ value }}{{ "," if not loop.last }}
    {%- endfor %}
where {{ condition }}
{%- endmacro -%}

{%- macro spark__change_rows(relation, changes, condition) -%}
    {%- if config.get('file_format') in ['delta', 'iceberg', 'hudi'] -%}
        {{- lead_scoring.default__change_rows(relation, changes, condition) -}}
    {%- elif execute -%}
        {%- do lead_scoring.rewrite_partitions(
            relation, condition, changes, config.get('partition_by')[0]
        ) -%}
    {%- endif -%}
{%- endmacro -%}

{%- macro databricks__change_rows(relation, changes, condition) -%}
    {{- lead_scoring.default__change_rows(relation, changes, condition) -}}
{%- endmacro -%}

{#- By what the table of an incremental model is parted: for `partition_by`. -#}
{%- macro parted_by(column) -%}
    {{- return(adapter.dispatch('parted_by', 'lead_scoring')(column)) -}}
{%- endmacro -%}

{%- macro default__parted_by(column) -%}
    {{- return(none) -}}
{%- endmacro -%}

{%- macro spark__parted_by(column) -%}
    {{- return([column]) -}}
{%- endmacro -%}

{#- BigQuery parts by days, and not by texts. -#}
{%- macro bigquery__parted_by(column) -%}
    {{- return(
        {'field': column, 'data_type': 'date'}
        if column in ['load_day', 'scored_on'] else none
    ) -}}
{%- endmacro -%}

{#- Files of Parquet are never changed: the partitions with rows that meet the
    condition are written again, with the changes, or without those rows; one that
    has no others is dropped. A run that dies in between has done a part of it,
    and the next one does the rest. -#}
{%- macro rewrite_partitions(relation, condition, changes=none, part=none) -%}
    {%- set columns = adapter.get_columns_in_relation(relation) -%}
    {%- set type = (columns | selectattr('name', 'equalto', part) | first).dtype -%}
    {%- set rewritten = [] -%}
    {%- set emptied = [] -%}
    {%- for name, rows_found, rows_in_it in run_query(
        'select cast(found.part as ' ~ dbt.type_string() ~ ') as part, '
        ~ 'found.rows_found, count(*) as rows_in_it from ' ~ relation
        ~ ' as given inner join (select ' ~ part ~ ' as part, '
        ~ 'count(*) as rows_found from ' ~ relation ~ ' where ' ~ condition
        ~ ' group by ' ~ part ~ ') as found on given.' ~ part
        ~ ' = found.part group by found.part, found.rows_found'
    ).rows -%}
        {%- set text = "'" ~ name | replace("\\", "\\\\") | replace("'", "\\'") ~ "'" -%}
        {%- if changes is none and rows_found == rows_in_it -%}
            {%- do emptied.append('partition (' ~ part ~ ' = ' ~ text ~ ')') -%}
        {%- else -%}
            {%- do rewritten.append('cast(' ~ text ~ ' as ' ~ type ~ ')') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if emptied -%}
        {%- do run_query(
            'alter table ' ~ relation ~ ' drop if exists ' ~ emptied | join(', ')
        ) -%}
    {%- endif -%}
    {%- if rewritten -%}
        {%- set values = [] -%}
        {%- for column in columns | map(attribute='name') | reject('equalto', part) -%}
            {%- do values.append(
                'case when ' ~ condition ~ ' then ' ~ changes[column] ~ ' else '
                ~ column ~ ' end as ' ~ column
                if changes and column in changes else column
            ) -%}
        {%- endfor -%}
        {%- do run_query('set spark.sql.sources.partitionOverwriteMode = dynamic') -%}
        {%- do run_query(
            'insert overwrite table ' ~ relation ~ ' partition (' ~ part
            ~ ') select ' ~ values | join(', ') ~ ', ' ~ part ~ ' from ' ~ relation
            ~ ' where ' ~ part ~ ' in (' ~ rewritten | join(', ') ~ ')'
            ~ ('' if changes else
                ' and not coalesce(' ~ condition ~ ', false)')
        ) -%}
    {%- endif -%}
{%- endmacro -%}
