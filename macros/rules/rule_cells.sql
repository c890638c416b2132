{#- What the cells of the rule tables must hold, as rows: table, column,
    whether it may be empty (`?`), and the kind of its content: `text`, `date`,
    one of some words (a list), or a number by the name of its limits. -#}
{%- macro cell_specs() -%}
    {%- set operators = lead_scoring.operators() -%}
    {%- set dimensions = ['explicit', 'implicit'] -%}
    {{- return([
        ['score_models', 'model_id', '', 'text'],
        ['score_models', 'is_primary', '', ['true', 'false']],
        ['score_models', 'min_score', '', 'number'],
        ['score_models', 'max_score', '', 'number'],
        ['score_groups', 'model_id', '', 'text'],
        ['score_groups', 'group_id', '', 'text'],
        ['score_groups', 'dimension', '', dimensions],
        ['score_groups', 'combine', '', ['sum', 'max']],
        ['score_groups', 'min_points', '?', 'not_positive'],
        ['score_groups', 'max_points', '?', 'not_negative'],
        ['explicit_rules', 'model_id', '', 'text'],
        ['explicit_rules', 'rule_id', '', 'text'],
        ['explicit_rules', 'group_id', '', 'text'],
        ['explicit_rules', 'attribute', '', 'text'],
        ['explicit_rules', 'operator', '', operators],
        ['explicit_rules', 'points', '', 'points'],
        ['explicit_rules', 'valid_from', '', 'date'],
        ['explicit_rules', 'valid_to', '', 'date'],
        ['implicit_rules', 'model_id', '', 'text'],
        ['implicit_rules', 'rule_id', '', 'text'],
        ['implicit_rules', 'group_id', '', 'text'],
        ['implicit_rules', 'event_type', '', 'text'],
        ['implicit_rules', 'counting', '', ['each', 'once']],
        ['implicit_rules', 'points', '', 'points'],
        ['implicit_rules', 'min_count', '?', 'count'],
        ['implicit_rules', 'max_per_day', '?', 'count'],
        ['implicit_rules', 'window_days', '?', 'not_negative'],
        ['implicit_rules', 'decay', '?', ['none', 'half_life', 'linear']],
        ['implicit_rules', 'decay_days', '?', 'positive'],
        ['implicit_rules', 'max_points', '?', 'not_negative'],
        ['implicit_rules', 'valid_from', '', 'date'],
        ['implicit_rules', 'valid_to', '', 'date'],
        ['rule_conditions', 'model_id', '', 'text'],
        ['rule_conditions', 'rule_id', '', 'text'],
        ['rule_conditions', 'field', '', 'text'],
        ['rule_conditions', 'operator', '', operators],
        ['stages', 'model_id', '', 'text'],
        ['stages', 'stage', '', 'text'],
        ['stages', 'stage_rank', '', 'rank'],
        ['stages', 'enters_at', '', 'number'],
        ['stages', 'exits_below', '?', 'number'],
        ['stages', 'min_days', '?', 'not_negative'],
        ['grades', 'model_id', '', 'text'],
        ['grades', 'dimension', '', dimensions],
        ['grades', 'grade', '', 'text'],
        ['grades', 'min_share', '', 'share'],
        ['exclusions', 'exclusion_id', '', 'text'],
        ['exclusions', 'field', '', 'text'],
        ['exclusions', 'operator', '', operators],
        ['bot_signatures', 'signature_id', '', 'text'],
        ['bot_signatures', 'field', '', 'text'],
        ['bot_signatures', 'operator', '', operators],
    ]) -}}
{%- endmacro -%}

{#- What a cell of each kind must be, in words, and as a condition on `cell`
    and its `number`. What is larger than a billion would not fit later on. -#}
{%- macro cell_kinds() -%}
    {%- set most = 'abs(number) <= 1e9' -%}
    {{- return({
        'text': ['filled in', 'true'],
        'date': [
            'a date such as 2026-01-31',
            lead_scoring.parsed_date('cell') ~ ' is not null'
        ],
        'number': ['a number', most],
        'points': ['a number other than 0', 'number <> 0 and ' ~ most],
        'positive': ['a number above 0', 'number > 0 and ' ~ most],
        'not_negative': ['a number from 0 up', 'number >= 0 and ' ~ most],
        'not_positive': [
            'a number from 0 down', 'number <= 0 and ' ~ most
        ],
        'rank': [
            'a whole number from 0 up',
            'number >= 0 and number = floor(number) and ' ~ most
        ],
        'count': [
            'a whole number from 1 up',
            'number >= 1 and number = floor(number) and ' ~ most
        ],
        'share': ['a number from 0 to 1', 'number between 0 and 1'],
    }) -}}
{%- endmacro -%}

{#- The column that names a row of a rule table in a message. -#}
{%- macro rule_table_key(table) -%}
    {{- return({
        'score_models': 'model_id',
        'score_groups': 'group_id',
        'stages': 'stage',
        'grades': 'grade',
        'exclusions': 'exclusion_id',
        'bot_signatures': 'signature_id',
    }.get(table, 'rule_id')) -}}
{%- endmacro -%}

{#- The model that a row of a rule table is for; empty where it is for all. -#}
{%- macro rule_table_model_id(table) -%}
{{ "''" if table in ['exclusions', 'bot_signatures'] else 'model_id' }}
{%- endmacro -%}

{#- Every cell of every rule table that has a spec, as rows: file, model_id,
    rule_id, column_name, cell, is_optional, expected (in words) and is_valid
    (of a cell that is not empty). -#}
{%- macro rule_cells() -%}
    {%- for spec in lead_scoring.cell_specs() -%}
        {%- set table, column, optional, kind = spec -%}
        {%- if kind is string -%}
            {%- set expected, valid = lead_scoring.cell_kinds()[kind] -%}
        {%- else -%}
            {%- set expected = 'one of: ' ~ kind | join(', ') -%}
            {%- set valid = 'cell in (' ~ lead_scoring.quoted_list(kind) ~ ')' -%}
        {%- endif %}
    select
        '{{ table }}.csv' as file,
        model_id,
        rule_id,
        '{{ column }}' as column_name,
        cell,
        {{ 'true' if optional else 'false' }} as is_optional,
        '{{ expected }}' as expected,
        coalesce({{ valid }}, false) as is_valid
    from (
        select
            {{ lead_scoring.rule_table_model_id(table) }} as model_id,
            {{ lead_scoring.rule_table_key(table) }} as rule_id,
            {{ column }} as cell,
            {{ lead_scoring.parsed_number(column) }} as number
        from {{ table }}
    ) as cells_of_table
        {%- if not loop.last %}
    union all
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}

{#- Each rule table as a CTE of its name. -#}
{%- macro rule_table_ctes() -%}
    {%- for table in [
        'score_models', 'score_groups', 'explicit_rules', 'implicit_rules',
        'rule_conditions', 'stages', 'grades', 'exclusions', 'bot_signatures',
    ] %}
{{ table }} as (
    select * from {{ lead_scoring.rule_table(table) }} as {{ table }}
){{ "," if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}

{#- The keys that may stand once in a rule table, as rows: file, model_id,
    rule_id, key_name (its columns), key_value. -#}
{%- macro rule_table_unique_keys() -%}
    {%- for table, columns in [
        ('score_models', ['model_id']),
        ('score_groups', ['group_id']),
        ('stages', ['stage']),
        ('stages', ['stage_rank']),
        ('grades', ['dimension', 'grade']),
        ('grades', ['dimension', 'min_share']),
        ('exclusions', ['exclusion_id']),
        ('bot_signatures', ['signature_id']),
    ] %}
    select
        '{{ table }}.csv' as file,
        {{ lead_scoring.rule_table_model_id(table) }} as model_id,
        {{ columns | join(" || ' ' || ") }} as rule_id,
        '{{ columns | join(" and ") }}' as key_name,
        {{ columns | join(" || ' ' || ") }} as key_value
    from {{ lead_scoring.rule_table(table) }} as {{ table }}
    where {{ columns | last }} is not null
        {%- if not loop.last %}
    union all
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}

{#- Every row of a rule table that names a model, as rows: file, model_id,
    rule_id. -#}
{%- macro rule_table_model_ids() -%}
    {%- for table in [
        'score_groups', 'explicit_rules', 'implicit_rules', 'rule_conditions',
        'stages', 'grades',
    ] %}
    select
        '{{ table }}.csv' as file,
        model_id,
        {{ lead_scoring.rule_table_key(table) }} as rule_id
    from {{ lead_scoring.rule_table(table) }} as {{ table }}
        {%- if not loop.last %}
    union all
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}
