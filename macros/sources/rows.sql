{#- What a model of a ready-made source has in each row. A source of a customer's own
    cannot use these, since dbt hides our vars from its models: `own_column`. -#}

{#- An id as every table of ours has it, `hubspot:42`, since two sources may use one
    id for two things. -#}
{%- macro source_id(source_name, id) -%}
'{{ source_name }}:' || {{ id }}
{%- endmacro -%}

{#- An email address in the form in which addresses are compared. -#}
{%- macro address_of(expression) -%}
{{ lead_scoring.lowered(lead_scoring.trimmed_text(expression)) }}
{%- endmacro -%}

{#- The visitor that an email address is: events that name an address, not a lead,
    are the visitor's, so that they never change their lead. Mail tools write
    addresses without blanks around them: to trim a million takes longer than the
    rest of the row. -#}
{%- macro visitor_of(address) -%}
'mail:' || {{ lead_scoring.lowered(address) }}
{%- endmacro -%}

{#- When an event became known: when it was synced, or when it occurred where that is
    more than `late_days` ago, since a loader that syncs a table again writes the
    time of the last sync. -#}
{%- macro first_known(synced_at, occurred_at) -%}
case
            when {{ synced_at }} between {{ occurred_at }} and {{
                lead_scoring.time_after(
                    occurred_at,
                    lead_scoring.whole_number_var('late_days', 10000, 3), 'day'
                ) }}
                then {{ synced_at }}
            else {{ occurred_at }}
        end
{%- endmacro -%}

{#- The columns of a record: one lead or contact of one source. `trust`: 1 for the
    most trusted kind of record of the source. `given`: the `raw_table`s with
    attributes, of which the first that knows one counts. -#}
{%- macro record_row(
    source_name, record_type, trust, id, email, created_at, is_deleted, given
) -%}
    {{ lead_scoring.source_id(source_name, id) }} as record_id,
        cast('{{ source_name }}' as {{ dbt.type_string() }}) as source_name,
        cast('{{ record_type }}' as {{ dbt.type_string() }}) as record_type,
        {{ id }} as source_record_id,
        {{ trust }} as trust,
        {{ lead_scoring.address_of(email) }} as email,
        {%- for column in lead_scoring.field_columns('lead_attributes').values() %}
        coalesce(
            {%- for table in given %}{{ table }}.{{ column }}, {% endfor -%} null
        ) as {{ column }},
        {%- endfor %}
        {{ created_at }} as created_at,
        {{ is_deleted }} as is_deleted
{%- endmacro -%}

{#- The columns of an event. `event_id`, `event_type`, `occurred_at`, `synced_at`:
    SQL. Who did it is one of `lead_id`, `visitor_id` (both without the prefix of
    the source) and `address`. `fields`: SQL by the name of a property or measure;
    those that the vars do not name are left out. -#}
{%- macro event_row(
    source_name, event_id, event_type, occurred_at, synced_at, lead_id=none,
    visitor_id=none, address=none, fields={}
) -%}
    {%- set none_given = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    {{ lead_scoring.source_id(source_name, event_id) }} as event_id,
        {{ lead_scoring.source_id(source_name, lead_id) if lead_id
            else none_given }} as lead_id,
        {{ lead_scoring.visitor_of(address) if address
            else lead_scoring.source_id(source_name, visitor_id) if visitor_id
            else none_given }} as anonymous_id,
        {{ event_type }} as event_type,
        {%- for variable, type in [
            ('event_properties', dbt.type_string()),
            ('event_measures', lead_scoring.type_double()),
        ] %}
            {%- for name in lead_scoring.field_columns(variable) %}
        cast({{ fields.get(name, 'null') }} as {{ type }})
            as {{ lead_scoring.optional_column({}, name) }},
            {%- endfor %}
        {%- endfor %}
        {{ occurred_at }} as occurred_at,
        {{ lead_scoring.first_known(synced_at, occurred_at) }} as loaded_at
{%- endmacro -%}

{#- Whether the var `shared_addresses` names an address: a mailbox such as `info@`
    of any domain, or a whole address. -#}
{%- macro is_shared_address(address) -%}
    {%- set mailboxes = [] -%}
    {%- set addresses = [] -%}
    {%- for given in lead_scoring.list_var('shared_addresses') -%}
        {%- do (mailboxes if given.endswith('@') else addresses).append(
            given.rstrip('@')
        ) -%}
    {%- endfor -%}
(
        {{ lead_scoring.text_part(address, "'@'", 1) }}
        in ({{ lead_scoring.quoted_list(mailboxes) }})
        or {{ address }} in ({{ lead_scoring.quoted_list(addresses) }})
    )
{%- endmacro -%}
