{#- The columns of `int_rule_rows`, each as it is where a rule file has it and
    null where it has not, so that three files become rows of one shape. -#}
{%- macro columns_or_nulls(existing) -%}
    {%- for column in [
        'model_id', 'rule_id', 'group_id', 'operator', 'value', 'event_type',
        'counting', 'points', 'min_count', 'max_per_day', 'window_days',
        'decay', 'decay_days', 'max_points', 'valid_from', 'valid_to', 'reason',
    ] -%}
        {%- if column in existing -%}
            {{- column -}}
        {%- else -%}
            cast(null as {{ dbt.type_string() }}) as {{ column }}
        {%- endif -%}
        {{- ",
        " if not loop.last -}}
    {%- endfor -%}
{%- endmacro -%}
