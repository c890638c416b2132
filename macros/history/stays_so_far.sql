{#- The columns of lead_stage_history and their types. -#}
{%- macro stay_columns() -%}
    {%- set text = dbt.type_string() -%}
    {%- set number = lead_scoring.type_double() -%}
    {{- return({
        'model_id': text,
        'lead_id': text,
        'stage': text,
        'stage_rank': 'integer',
        'entered_at': dbt.type_timestamp(),
        'left_at': dbt.type_timestamp(),
        'score_at_entry': number,
        'explicit_points_at_entry': number,
        'implicit_points_at_entry': number,
        'reason': text,
        'entry_number': 'integer',
        'first_mql_at': dbt.type_timestamp(),
    }) -}}
{%- endmacro -%}

{#- `lead_stage_history` as the last build left it, by its name and not by `ref`,
    since it is built later; empty before the first build. -#}
{%- macro stays_so_far() -%}
    {%- set columns = lead_scoring.stay_columns() -%}
    {{- lead_scoring.table_of_last_build(
        'lead_stage_history', columns.keys(), kept_for_good=true
    ) or lead_scoring.empty_table(columns.keys(), columns) -}}
{%- endmacro -%}
