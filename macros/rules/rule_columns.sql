{#- The columns of `int_rule_rows` from a rule file, of which it has `existing`. -#}
{%- macro rule_columns(existing) -%}
    {{- lead_scoring.columns_or_nulls([
        'model_id', 'rule_id', 'group_id', 'operator', 'value', 'event_type',
        'counting', 'points', 'min_count', 'max_per_day', 'window_days',
        'decay', 'decay_days', 'max_points', 'valid_from', 'valid_to', 'reason',
    ], existing) -}}
{%- endmacro -%}
