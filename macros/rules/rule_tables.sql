{#- The columns of a rule table, in the contract's order; none where `name` is
    no rule table. -#}
{%- macro rule_table_columns(name) -%}
    {{- return({
        'score_models': [
            'model_id', 'name', 'is_primary', 'min_score', 'max_score',
            'description',
        ],
        'score_groups': [
            'model_id', 'group_id', 'dimension', 'combine', 'min_points',
            'max_points', 'description',
        ],
        'explicit_rules': [
            'model_id', 'rule_id', 'group_id', 'attribute', 'operator',
            'value', 'points', 'valid_from', 'valid_to', 'reason',
        ],
        'implicit_rules': [
            'model_id', 'rule_id', 'group_id', 'event_type', 'counting',
            'points', 'min_count', 'max_per_day', 'window_days', 'decay',
            'decay_days', 'max_points', 'valid_from', 'valid_to', 'reason',
        ],
        'rule_conditions': [
            'model_id', 'rule_id', 'field', 'operator', 'value',
        ],
        'stages': [
            'model_id', 'stage', 'stage_rank', 'enters_at', 'exits_below',
            'min_days', 'next_step',
        ],
        'grades': ['model_id', 'dimension', 'grade', 'min_share'],
        'exclusions': [
            'exclusion_id', 'field', 'operator', 'value', 'reason',
        ],
        'bot_signatures': [
            'signature_id', 'field', 'operator', 'value', 'reason',
        ],
    }.get(name)) -}}
{%- endmacro -%}

{#- The columns that hold one of a few words, and are compared without case. -#}
{%- macro rule_table_keywords() -%}
    {{- return([
        'is_primary', 'dimension', 'combine', 'attribute', 'field',
        'operator', 'event_type', 'counting', 'decay',
    ]) -}}
{%- endmacro -%}

{#- A rule table as trimmed text, empty cells as nulls and empty rows left out;
    stops the build where the file lacks a column. `name`: without `.csv`. -#}
{%- macro rule_table(name) -%}
    {%- set columns = lead_scoring.rule_table_columns(name) -%}
    {%- set keywords = lead_scoring.rule_table_keywords() -%}
    {%- do lead_scoring.check_columns(ref(name), columns, name ~ '.csv') -%}
    (
        select
        {%- for column in columns %}
            {% if column in keywords -%}
            {{ lead_scoring.lowered(lead_scoring.trimmed_text(column)) }} as {{ column }}
            {%- else -%}
            {{ lead_scoring.trimmed_text(column) }} as {{ column }}
            {%- endif -%}
            {{- "," if not loop.last }}
        {%- endfor %}
        from {{ ref(name) }}
        where coalesce(
            {%- for column in columns %}
            {{ lead_scoring.trimmed_text(column) }}
            {{- "," if not loop.last }}
            {%- endfor %}
        ) is not null
    )
{%- endmacro -%}
