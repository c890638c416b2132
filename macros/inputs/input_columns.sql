{#- A staging model, after a check that it has every column that is required
    or named in a var. `name`: `stg_crm__leads` or another of the inputs. -#}
{%- macro input_table(name) -%}
    {%- set required = {
        'stg_crm__leads':
            ['lead_id', 'created_at']
            + lead_scoring.field_columns('lead_attributes') | list,
        'stg_crm__events':
            ['event_id', 'event_type', 'occurred_at', 'loaded_at']
            + lead_scoring.field_columns(
                'event_properties', 'event_measures'
            ) | list,
        'stg_crm__outcomes': ['lead_id', 'outcome', 'closed_at'],
        'stg_crm__identities': ['anonymous_id', 'lead_id', 'identified_at'],
        'stg_crm__erasures': ['lead_id', 'requested_at'],
        'stg_crm__merges': ['lead_id', 'into_lead_id', 'merged_at'],
        'stg_crm__lead_history': ['lead_id', 'valid_from'],
    }[name] -%}
    {%- do lead_scoring.columns_of(
        ref(name), required, name,
        ' Add what is missing, or remove its name from the vars '
        ~ 'lead_attributes, event_properties or event_measures.'
    ) -%}
    {{- ref(name) -}}
{%- endmacro -%}

{#- The columns that the engine takes from leads and events, in their types.
    Attributes, properties and measures get a prefix, so that a customer may
    call one of them `email` or `event_type`. -#}
{%- macro lead_columns() -%}
    {%- set existing = lead_scoring.column_names(ref('stg_crm__leads')) -%}
    {%- set text = dbt.type_string() -%}
    {{ lead_scoring.given_id('lead_id') }} as lead_id,
    {%- set empty = lead_scoring.list_var('empty_values') %}
    {{ lead_scoring.trimmed_text(
        lead_scoring.optional_column(existing, 'email', text), empty
    ) }} as email,
    {{ lead_scoring.given_id(lead_scoring.optional_column(
        existing, 'merged_into_lead_id', text
    )) }} as merged_into_lead_id,
    {%- for name, column in
        lead_scoring.field_columns('lead_attributes').items() %}
    {%- set type = existing[name].dtype | lower if name in existing else '' %}
    {%- set given = lead_scoring.optional_column(existing, name) %}
    {{ lead_scoring.trimmed_text(
        lead_scoring.parsed_timestamp(given, type)
        if modules.re.search('with time zone|timestamp_?l?tz', type)
        else 'case when ' ~ lead_scoring.finite(given) ~ ' is not null then '
        ~ given ~ ' end'
        if modules.re.match('double|real|float|numeric', type) else given,
        empty
    ) }} as {{ column }},
    {%- endfor %}
    {%- for time in ['created_at', 'updated_at', 'merged_at'] %}
    {{ lead_scoring.optional_column(existing, time, dbt.type_timestamp()) }}
        as {{ time }},
    {{ lead_scoring.optional_column(existing, time, text) }} as given_{{ time }}
    {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro -%}

{#- A measure that is a number is taken as it is, and else read as text; what of it
    is no number is in `unread`: chr(30), its name, chr(31) and its text. -#}
{%- macro event_columns() -%}
    {%- set existing = lead_scoring.column_names(ref('stg_crm__events')) -%}
    {%- if existing and 'lead_id' not in existing
        and 'anonymous_id' not in existing -%}
        {{- exceptions.raise_compiler_error(
            'stg_crm__events has neither lead_id nor anonymous_id; add one.'
        ) -}}
    {%- endif -%}
    {%- set text = dbt.type_string() -%}
    cast(event_id as {{ text }}) as event_id,
    {{ lead_scoring.optional_column(existing, 'lead_id', text) }} as lead_id,
    {{ lead_scoring.optional_column(existing, 'anonymous_id', text) }}
        as anonymous_id,
    {{ lead_scoring.lowered(lead_scoring.trimmed_text('event_type')) }} as event_type,
    {%- for property, column in
        lead_scoring.field_columns('event_properties').items() %}
    {{ lead_scoring.optional_column(existing, property, text) }} as {{ column }},
    {%- endfor %}
    {%- set unread = [] %}
    {%- for measure, column in
        lead_scoring.field_columns('event_measures').items() %}
        {%- set given = lead_scoring.optional_column(existing, measure) %}
        {%- if measure in existing and modules.re.search(
            'int|num|dec|real|doub|float', existing[measure].dtype | lower
        ) %}
    {{ lead_scoring.finite(given) }} as {{ column }},
        {%- else %}
            {%- set number = lead_scoring.parsed_number(
                lead_scoring.trimmed_text(given)
            ) %}
    {{ number }} as {{ column }},
            {%- do unread.append(
                "coalesce(case when " ~ number ~ " is null then chr(30) || '"
                ~ measure ~ "' || chr(31) || " ~ lead_scoring.trimmed_text(
                    given, lead_scoring.list_var('empty_values')
                ) ~ " end, '')"
            ) %}
        {%- endif %}
    {%- endfor %}
    {% if unread -%}
    nullif({{ unread | join(' || ') }}, '')
    {%- else -%}
    cast(null as {{ text }})
    {%- endif %} as unread,
    {%- for time in ['occurred_at', 'loaded_at'] %}
    {{ lead_scoring.parsed_timestamp(
        time, existing[time].dtype if time in existing else '', as_stored=true
    ) }} as {{ time }},
    {{ time }} as given_{{ time }}
    {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro -%}

{#- What a cell holds where a time belongs and none can be read, as text; null
    where it holds one, or nothing. `time`: the cell as a timestamp; `given`: the
    cell. -#}
{%- macro unread_time(time, given) -%}
case
        when {{ time }} between cast('0001-01-01' as {{ dbt.type_timestamp() }})
            and cast('9999-12-31 23:59:59.999999' as {{ dbt.type_timestamp() }})
            then null
        else {{ lead_scoring.trimmed_text(given) }}
    end
{%- endmacro -%}

{#- A number as a double; null where it is NaN or infinity. -#}
{%- macro finite(expression) -%}
    {%- set number = 'cast(' ~ expression ~ ' as ' ~ lead_scoring.type_double() ~ ')' -%}
    {%- set most = "1.7976931348623157e308' as " ~ lead_scoring.type_double() ~ ')' -%}
case
        when {{ number }} between cast('-{{ most }} and cast('{{ most }}
            then {{ number }}
    end
{%- endmacro -%}

{#- When this build began, as a literal (UTC): nothing can be known later. -#}
{%- macro built_at() -%}
    cast(
        '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}'
        as {{ dbt.type_timestamp() }}
    )
{%- endmacro -%}

{#- The key of an anonymous visitor: below 0, so that it is never a lead's. -#}
{%- macro visitor_key(anonymous_id) -%}
-1 - {{ lead_scoring.text_key(anonymous_id) }}
{%- endmacro -%}
