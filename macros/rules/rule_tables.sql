{#- The declaration of the rule tables. How dbt reads them, their checks and the
    messages all follow from it: to add a column, add a line.

    `columns`: in the order of the scoring contract, each with what its cells hold
    (one of `kinds` in `rule_cells`, or the list of words to choose from) and one of
      - `required`: no cell may be empty,
      - `may be empty`: the file needs the column, but cells may be empty,
      - `optional`: a file without the column is read as if its cells were empty.
    A `model_id` has to be one of score_models.
    `row`: the column that names a row in messages.
    `unique`: the keys that only one row of a model may have.
    `part`: the var that has to be on; else the table is read as if it were empty.
    `rule_type`, `field`: for tables of rules, their type in `int_rules` and the
    column that names the field to compare. -#}
{%- macro rule_tables() -%}
    {%- set dimensions = ['explicit', 'implicit'] -%}
    {%- set decays = ['none', 'half_life', 'linear'] -%}
    {%- set operators = lead_scoring.operators() | list -%}
    {{- return({
        'score_models': {
            'row': 'model_id',
            'unique': [['model_id']],
            'columns': {
                'model_id': ['text', 'required'],
                'name': ['text', 'may be empty'],
                'is_primary': [['true', 'false'], 'required'],
                'min_score': ['number', 'required'],
                'max_score': ['number', 'required'],
                'description': ['text', 'may be empty'],
            },
        },
        'score_groups': {
            'row': 'group_id',
            'unique': [['group_id']],
            'columns': {
                'model_id': ['text', 'required'],
                'group_id': ['text', 'required'],
                'dimension': [dimensions, 'required'],
                'combine': [['sum', 'max'], 'required'],
                'min_points': ['not_positive', 'may be empty'],
                'max_points': ['not_negative', 'may be empty'],
                'description': ['text', 'may be empty'],
            },
        },
        'explicit_rules': {
            'rule_type': 'explicit',
            'field': 'attribute',
            'row': 'rule_id',
            'unique': [],
            'columns': {
                'model_id': ['text', 'required'],
                'rule_id': ['text', 'required'],
                'group_id': ['text', 'required'],
                'attribute': ['name', 'required'],
                'operator': [operators, 'required'],
                'value': ['text', 'may be empty'],
                'points': ['points', 'required'],
                'valid_from': ['date', 'required'],
                'valid_to': ['date', 'required'],
                'reason': ['text', 'may be empty'],
            },
        },
        'implicit_rules': {
            'rule_type': 'implicit',
            'field': 'null',
            'row': 'rule_id',
            'unique': [],
            'columns': {
                'model_id': ['text', 'required'],
                'rule_id': ['text', 'required'],
                'group_id': ['text', 'required'],
                'event_type': ['name', 'required'],
                'counting': [['each', 'once'], 'required'],
                'points': ['points', 'required'],
                'min_count': ['count', 'may be empty'],
                'max_per_day': ['count', 'may be empty'],
                'window_days': ['not_negative', 'may be empty'],
                'decay': [decays, 'may be empty'],
                'decay_days': ['positive', 'may be empty'],
                'max_points': ['not_negative', 'may be empty'],
                'valid_from': ['date', 'required'],
                'valid_to': ['date', 'required'],
                'reason': ['text', 'may be empty'],
                'once_per': ['name', 'optional'],
            },
        },
        'rule_conditions': {
            'row': 'rule_id',
            'unique': [],
            'columns': {
                'model_id': ['text', 'required'],
                'rule_id': ['text', 'required'],
                'field': ['name', 'required'],
                'operator': [operators, 'required'],
                'value': ['text', 'may be empty'],
            },
        },
        'stages': {
            'row': 'stage',
            'unique': [['stage'], ['stage_rank']],
            'columns': {
                'model_id': ['text', 'required'],
                'stage': ['stage', 'required'],
                'stage_rank': ['rank', 'required'],
                'enters_at': ['number', 'required'],
                'exits_below': ['number', 'may be empty'],
                'min_days': ['not_negative', 'may be empty'],
                'next_step': ['text', 'may be empty'],
            },
        },
        'grades': {
            'row': 'grade',
            'unique': [['dimension', 'grade'], ['dimension', 'min_share']],
            'columns': {
                'model_id': ['text', 'required'],
                'dimension': [dimensions, 'required'],
                'grade': ['text', 'required'],
                'min_share': ['share', 'required'],
            },
        },
        'score_links': {
            'row': 'model_id',
            'unique': [['model_id']],
            'columns': {
                'model_id': ['text', 'required'],
                'intercept': ['number', 'required'],
                'slope': ['number', 'required'],
                'fitted_on': ['date', 'may be empty'],
                'fitted_until': ['date', 'may be empty'],
            },
        },
        'exclusions': {
            'rule_type': 'exclusion',
            'field': 'field',
            'row': 'exclusion_id',
            'unique': [['exclusion_id']],
            'columns': {
                'exclusion_id': ['text', 'required'],
                'field': ['name', 'required'],
                'operator': [operators, 'required'],
                'value': ['text', 'may be empty'],
                'reason': ['text', 'may be empty'],
            },
        },
        'bot_signatures': {
            'rule_type': 'bot',
            'field': 'field',
            'row': 'signature_id',
            'unique': [['signature_id']],
            'columns': {
                'signature_id': ['text', 'required'],
                'field': ['name', 'required'],
                'operator': [operators, 'required'],
                'value': ['text', 'may be empty'],
                'reason': ['text', 'may be empty'],
            },
        },
        'territories': {
            'part': 'routing',
            'rule_type': 'territory',
            'field': 'field',
            'row': 'priority',
            'unique': [['priority']],
            'columns': {
                'priority': ['number', 'required'],
                'field': ['name', 'may be empty'],
                'operator': [operators, 'required'],
                'value': ['text', 'may be empty'],
                'owner': ['text', 'required'],
            },
        },
        'sales_people': {
            'part': 'routing',
            'row': 'name',
            'unique': [['name']],
            'columns': {
                'name': ['text', 'required'],
                'segment': ['text', 'may be empty'],
                'weekly_limit': ['rank', 'may be empty'],
            },
        },
        'free_mail_domains': {
            'part': 'reporting',
            'row': 'domain',
            'unique': [['domain']],
            'columns': {
                'domain': ['name', 'required'],
                'note': ['text', 'optional'],
            },
        },
        'account_stages': {
            'part': 'reporting',
            'row': 'stage',
            'unique': [['stage'], ['stage_rank']],
            'columns': {
                'stage': ['text', 'required'],
                'stage_rank': ['rank', 'required'],
                'enters_at': ['number', 'required'],
                'min_people': ['rank', 'may be empty'],
                'next_step': ['text', 'may be empty'],
            },
        },
        'buying_roles': {
            'part': 'reporting',
            'rule_type': 'buying_role',
            'field': 'field',
            'row': 'buying_role',
            'unique': [['buying_role']],
            'columns': {
                'buying_role': ['text', 'required'],
                'field': ['name', 'required'],
                'operator': [operators, 'required'],
                'value': ['text', 'may be empty'],
            },
        },
        'benchmark_targets': {
            'part': 'reporting',
            'row': 'measure',
            'unique': [['measure', 'segment']],
            'columns': {
                'measure': [[
                    'leads', 'average_score', 'conversion', 'win_rate',
                    'won_amount', 'acceptance_rate',
                ], 'required'],
                'segment': ['text', 'required'],
                'target': ['number', 'required'],
            },
        },
    }) -}}
{%- endmacro -%}

{#- Every declared column whose cells can be wrong, as a list: table, column,
    is_required, hint and is_valid (as `kinds` has them).
    `kinds`: what a cell of each kind must hold: the end of a message that says what to
    type, and a condition on `cell` (text) and `number` (the cell as a number). Numbers
    above a billion would overflow later. -#}
{%- macro rule_cells() -%}
    {%- set limit = 'abs(number) <= 1e9' -%}
    {%- set whole = 'number = floor(number) and ' ~ limit -%}
    {%- set kinds = {
        'text': ['fill it in', 'true'],
        'name': ['fill it in', 'true'],
        'stage': [
            'use any name but excluded', "lower(cell) <> 'excluded'"
        ],
        'date': [
            'use a valid date, such as 2026-01-31', lead_scoring.is_date('cell')
        ],
        'number': ['use a number', limit],
        'points': ['use a number other than 0', 'number <> 0 and ' ~ limit],
        'positive': ['use a number above 0', 'number > 0 and ' ~ limit],
        'not_negative': ['use a number from 0 up', 'number >= 0 and ' ~ limit],
        'not_positive': [
            'use a number of 0 or less', 'number <= 0 and ' ~ limit
        ],
        'rank': ['use a whole number from 0 up', 'number >= 0 and ' ~ whole],
        'count': ['use a whole number from 1 up', 'number >= 1 and ' ~ whole],
        'share': ['use a number from 0 to 1', 'number between 0 and 1'],
    } -%}
    {%- set cells = [] -%}
    {%- for table, declared in lead_scoring.rule_tables().items() -%}
        {%- for column, (kind, presence) in declared.columns.items() -%}
            {%- set hint, is_valid = kinds[kind] if kind is string else [
                'use one of: ' ~ kind | join(', '),
                'cell in (' ~ lead_scoring.quoted_list(kind) ~ ')',
            ] -%}
            {%- if presence == 'required' or is_valid != 'true' -%}
                {%- do cells.append({
                    'table': table,
                    'column': column,
                    'is_required': presence == 'required',
                    'hint': hint,
                    'is_valid': is_valid,
                }) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(cells) -}}
{%- endmacro -%}

{#- A rule table as trimmed text: words and names in lower case, empty cells as
    nulls, empty rows left out, and a column that the file lacks as nulls. -#}
{%- macro rule_table(name) -%}
    {%- set existing = lead_scoring.column_names(ref(name)) -%}
    {%- set declared = lead_scoring.rule_tables()[name] -%}
    {%- set cells = [] -%}
    {%- for column, (kind, _) in declared.columns.items() -%}
        {%- if existing and column not in existing -%}
            {%- set cell = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
        {%- elif kind is string and kind != 'name' -%}
            {%- set cell = lead_scoring.trimmed_text(column) -%}
        {%- else -%}
            {%- set cell = lead_scoring.lowered(lead_scoring.trimmed_text(column)) -%}
        {%- endif -%}
        {%- do cells.append(cell ~ ' as ' ~ column) -%}
    {%- endfor -%}
    (
        select *
        from (
            select
                {{ cells | join(',
                ') }}
            from {{ ref(name) }}
        ) as trimmed
        where coalesce({{ declared.columns | join(', ') }}) is not null
        {{- ' and 1 = 0'
            if declared.part and not lead_scoring.is_switched_on(declared.part) }}
    )
{%- endmacro -%}

{#- A hook that stops the build where a rule file lacks a column that is not
    optional, and warns of columns that nothing reads. -#}
{%- macro check_rule_headers() -%}
    {%- set problems = [] -%}
    {%- for table, declared in lead_scoring.rule_tables().items() -%}
        {%- set existing = lead_scoring.column_names(ref(table)) -%}
        {%- set missing = [] -%}
        {%- for column, (_, presence) in declared.columns.items()
            if existing and column not in existing and presence != 'optional' -%}
            {%- do missing.append(column) -%}
        {%- endfor -%}
        {%- set unused = existing | reject('in', declared.columns) | join(", ") -%}
        {%- if missing -%}
            {%- do problems.append(
                "- " ~ table ~ ".csv, line 1: add the missing column"
                ~ ("s " if missing | length > 1 else " ") ~ missing | join(", ")
                ~ ". The columns found are: " ~ existing | join(", ") ~ ".\n"
            ) -%}
        {%- elif unused -%}
            {%- do exceptions.warn(
                "- " ~ table ~ ".csv, line 1: nothing reads the column " ~ unused
                ~ "; remove it, or keep it as a note."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if problems -%}
        {{- exceptions.raise_compiler_error(
            "The rule tables are broken, and no score was published.\n"
            ~ problems | join
        ) -}}
    {%- endif -%}
{%- endmacro -%}
