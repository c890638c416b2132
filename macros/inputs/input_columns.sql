{#- A staging model, after a check that it has every column that is required
    or named in a var. `name`: `stg_crm__leads` or another of the inputs. -#}
{%- macro input_table(name) -%}
    {%- set required = {
        'stg_crm__leads':
            ['lead_id', 'created_at'] + var('lead_attributes'),
        'stg_crm__events':
            ['event_id', 'event_type', 'occurred_at', 'loaded_at']
            + var('event_properties') + var('event_measures'),
        'stg_crm__outcomes': ['lead_id', 'outcome', 'closed_at'],
        'stg_crm__identities': ['anonymous_id', 'lead_id', 'identified_at'],
        'stg_crm__erasures': ['lead_id', 'requested_at'],
        'stg_crm__lead_history': ['lead_id', 'valid_from'],
    }[name] -%}
    {%- do lead_scoring.check_columns(
        ref(name), required, name,
        ' The vars lead_attributes, event_properties and event_measures name '
        ~ 'what leads and events must have beyond the required columns.'
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
    {{ lead_scoring.trimmed_text(
        lead_scoring.optional_column(existing, 'email', text)
    ) }} as email,
    {{ lead_scoring.given_id(lead_scoring.optional_column(
        existing, 'merged_into_lead_id', text
    )) }} as merged_into_lead_id,
    {%- for attribute in var('lead_attributes') %}
    {{ lead_scoring.trimmed_text(attribute) }} as attribute_{{ attribute }},
    {%- endfor %}
    cast(created_at as {{ dbt.type_timestamp() }}) as created_at,
    {{ lead_scoring.optional_column(
        existing, 'merged_at', dbt.type_timestamp()
    ) }} as merged_at
{%- endmacro -%}

{%- macro event_columns() -%}
    {%- set existing = lead_scoring.column_names(ref('stg_crm__events')) -%}
    {%- if existing and 'lead_id' not in existing
        and 'anonymous_id' not in existing -%}
        {{- exceptions.raise_compiler_error(
            'stg_crm__events lacks the column lead_id, or anonymous_id.'
        ) -}}
    {%- endif -%}
    {%- set text = dbt.type_string() -%}
    cast(event_id as {{ text }}) as event_id,
    {{ lead_scoring.optional_column(existing, 'lead_id', text) }} as lead_id,
    {{ lead_scoring.optional_column(existing, 'anonymous_id', text) }}
        as anonymous_id,
    cast(event_type as {{ text }}) as event_type,
    {%- for property in var('event_properties') %}
    cast({{ property }} as {{ text }}) as property_{{ property }},
    {%- endfor %}
    {%- for measure in var('event_measures') %}
    cast({{ measure }} as {{ lead_scoring.type_double() }})
        as measure_{{ measure }},
    {%- endfor %}
    cast(occurred_at as {{ dbt.type_timestamp() }}) as occurred_at,
    cast(loaded_at as {{ dbt.type_timestamp() }}) as loaded_at
{%- endmacro -%}

{#- The key of whoever did an event: of the lead, else of the visitor, null for
    nobody. -#}
{%- macro actor_key(lead_id, anonymous_id) -%}
case
            when not {{ lead_scoring.is_blank(lead_id) }}
                then {{ lead_scoring.text_key(lead_id) }}
            when not {{ lead_scoring.is_blank(anonymous_id) }}
                then {{ lead_scoring.visitor_key(anonymous_id) }}
        end
{%- endmacro -%}

{#- The key of an anonymous visitor: below 0, so that it is never a lead's. -#}
{%- macro visitor_key(anonymous_id) -%}
-1 - {{ lead_scoring.text_key(anonymous_id) }}
{%- endmacro -%}

{%- macro is_visitor(actor_key) -%}
{{ actor_key }} < 0
{%- endmacro -%}

{#- The order in which deliveries of one event are taken: the first row counts.
    A list of columns for an `order by`. -#}
{%- macro delivery_order() -%}
    {%- set texts = ['lead_id', 'event_type'] -%}
    {%- for property in var('event_properties') -%}
        {%- do texts.append('property_' ~ property) -%}
    {%- endfor -%}
    {%- set measures = [] -%}
    {%- for measure in var('event_measures') -%}
        {%- do measures.append('measure_' ~ measure) -%}
    {%- endfor -%}
    {{- lead_scoring.sort_columns(
        ['known_at', 'occurred_at'] + texts + measures
        + ['anonymous_id', 'loaded_at'],
        texts + ['anonymous_id']
    ) -}}
{%- endmacro -%}

{#- The order in which rows of one lead are taken: the first one counts. -#}
{%- macro lead_delivery_order() -%}
    {%- set texts = lead_scoring.lead_field_names()[1:]
        + ['email', 'merged_into_lead_id'] -%}
    {{- lead_scoring.sort_columns(
        ['created_at'] + texts + ['merged_at'], texts, 'known.'
    ) -}}
{%- endmacro -%}

{#- `columns` for an `order by`, nulls last, those that are `texts` by their
    bytes. `relation`: its name and a dot. -#}
{%- macro sort_columns(columns, texts, relation='') -%}
    {%- for column in columns -%}
        {{- lead_scoring.in_byte_order(relation ~ column)
            if column in texts else relation ~ column }} asc nulls last
        {{- ",
                " if not loop.last -}}
    {%- endfor -%}
{%- endmacro -%}

{#- A lead's attributes, each with a comma. `relation`: its name and a dot. -#}
{%- macro attribute_columns(relation='') -%}
    {%- for attribute in var('lead_attributes') -%}
    {{ relation }}attribute_{{ attribute }},
        {% endfor -%}
{%- endmacro -%}

{#- The columns of `int_leads` that rules look at and a CRM may overwrite. -#}
{%- macro lead_field_names() -%}
    {%- set names = ['email'] -%}
    {%- for attribute in var('lead_attributes') -%}
        {%- do names.append('attribute_' ~ attribute) -%}
    {%- endfor -%}
    {{- return(names) -}}
{%- endmacro -%}

{#- A snapshot's attributes under the names that the CRM has for them, each with
    a comma; null where a snapshot from before the var named it lacks one. -#}
{%- macro history_attribute_columns() -%}
    {%- set table = lead_scoring.lead_snapshot_table() -%}
    {%- set existing = lead_scoring.column_names(table) if table.name else [] -%}
    {%- for attribute in var('lead_attributes')
        if attribute | lower != 'email' -%}
        {{- lead_scoring.optional_column(
            existing, 'attribute_' ~ attribute, dbt.type_string()
        ) }} as {{ attribute }},
        {% endfor -%}
{%- endmacro -%}

{#- What `history` says of the columns of `leads` that rules look at, each with
    a comma. A column that the history lacks is as the leads have it. -#}
{%- macro lead_history_columns() -%}
    {%- set existing = lead_scoring.column_names(
        ref('stg_crm__lead_history')
    ) -%}
    {%- for name in lead_scoring.lead_field_names() -%}
        {%- set given = name.removeprefix('attribute_') -%}
        {%- if not existing or given | lower in existing -%}
            {{- lead_scoring.trimmed_text('history.' ~ given) }} as {{ name }},
        {% else -%}
            leads.{{ name }},
        {% endif -%}
    {%- endfor -%}
{%- endmacro -%}

{#- Whether a row of one relation says anything else of a lead than a row of
    another. No text is empty: a staging model's would be null by now. -#}
{%- macro says_otherwise(one, other) -%}
    {%- for name in lead_scoring.lead_field_names() -%}
        coalesce({{ one }}.{{ name }}, '') <> coalesce({{ other }}.{{ name }}, '')
        {{- "
            or " if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}

{#- The later of two times that are not null. -#}
{%- macro later_of(one, other) -%}
case when {{ one }} > {{ other }} then {{ one }} else {{ other }} end
{%- endmacro -%}
