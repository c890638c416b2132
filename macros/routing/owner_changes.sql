{#- The columns of lead_owner_history and their types. -#}
{%- macro owner_change_columns() -%}
    {{- return({
        'lead_id': dbt.type_string(),
        'change_number': 'integer',
        'owner': dbt.type_string(),
        'changed_at': dbt.type_timestamp(),
        'reason': dbt.type_string(),
    }) -}}
{%- endmacro -%}

{#- `lead_owner_history` as the last build left it, by its name and not by `ref`,
    since it is built later; empty before the first build. -#}
{%- macro owner_changes_so_far() -%}
    {%- set columns = lead_scoring.owner_change_columns() -%}
    {{- lead_scoring.table_of_last_build(
        'lead_owner_history', columns.keys(), kept_for_good=true
    ) or lead_scoring.empty_table(columns.keys(), columns) -}}
{%- endmacro -%}

{#- The name of the queue of leads without an owner, as SQL. -#}
{%- macro owner_queue() -%}
    {%- set name = (var('owner_queue') or '') | string | trim -%}
    {%- if not name -%}
        {{- exceptions.raise_compiler_error(
            "The var owner_queue is empty; write a name, such as Queue."
        ) -}}
    {%- endif -%}
'{{ name | replace("\\", "' || chr(92) || '") | replace("'", "' || chr(39) || '") }}'
{%- endmacro -%}
