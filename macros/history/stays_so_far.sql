{#- `lead_stage_history` as the last build left it. -#}
{%- macro stays_so_far() -%}
    {%- set text = dbt.type_string() -%}
    {%- set number = lead_scoring.type_double() -%}
    {{- lead_scoring.so_far({
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
