{#- What rules look at: the column of each property and measure, by the name
    that conditions know it by. -#}
{%- macro event_field_columns() -%}
    {%- set columns = lead_scoring.event_property_columns() -%}
    {%- for measure in var('event_measures') -%}
        {%- do columns.update({measure: 'measure_' ~ measure}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro -%}

{#- Which of them conditions look at: an aggregate over `field`, a column
    `uses_<field>` (0 or 1) for each. -#}
{%- macro field_uses() -%}
    {%- for field in lead_scoring.event_field_columns() -%}
    max(case when field = '{{ field | lower }}'
            then 1 else 0 end) as uses_{{ field }},
        {% endfor -%}
{%- endmacro -%}

{#- The same columns of a relation, 0 where it has no row, each with a comma. -#}
{%- macro coalesced_uses(relation) -%}
    {%- for field in lead_scoring.event_field_columns() -%}
    coalesce({{ relation }}.uses_{{ field }}, 0) as uses_{{ field }},
    {% endfor -%}
{%- endmacro -%}

{#- A number for all that decides what is kept of an event: what is looked at,
    the vars that name it, and the engine, whose hash may change. An aggregate
    over types with their uses. -#}
{%- macro signature_version(relation) -%}
    {%- set names = [] -%}
    {%- for name in [
        'event_properties', 'event_measures', 'bot_click_types',
        'bot_delivery_type', 'bot_mail_property', 'bot_link_property',
    ] -%}
        {%- do names.append(var(name) | tojson) -%}
    {%- endfor -%}
cast(
        coalesce(sum(mod({{ lead_scoring.text_key(
            relation ~ '.event_type'
            ~ lead_scoring.uses_as_text(relation)
        ) }}, 999999937)), 0)
        + mod({{ lead_scoring.text_key(
            "'" ~ names | join(' ') | replace("'", "''") ~ "' || "
            ~ lead_scoring.engine_version()
        ) }}, 999999937)
        as {{ dbt.type_bigint() }}
    )
{%- endmacro -%}

{%- macro uses_as_text(relation) -%}
    {%- for field in lead_scoring.event_field_columns() -%}
    {{- " || ' ' || cast(" ~ relation ~ ".uses_" ~ field ~ " as "
        ~ dbt.type_string() ~ ")" -}}
    {%- endfor -%}
{%- endmacro -%}

{#- An event's type and its properties: a list of columns. -#}
{%- macro signature_columns(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{- prefix }}event_type
    {%- for column in lead_scoring.event_property_columns().values() -%}
        , {{ prefix }}{{ column }}
    {%- endfor -%}
{%- endmacro -%}

{#- The key of a signature: of a type, and of properties as `used_properties`
    gives them. -#}
{%- macro signature_key(relation) -%}
    {%- set parts = [relation ~ '.event_type'] -%}
    {%- for column in lead_scoring.event_property_columns().values() -%}
        {%- do parts.append(relation ~ '.' ~ column) -%}
    {%- endfor -%}
    {{- lead_scoring.texts_key(parts) -}}
{%- endmacro -%}

{#- A property if conditions of a rule for the event's type look at it, else, and
    for a null, an empty text. -#}
{%- macro used_property(relation, property, column) -%}
coalesce(
            case when event_types.uses_{{ property }} = 1
                then {{ relation }}.{{ column }} end, ''
        )
{%- endmacro -%}

{#- All of them: a list of columns, each with a comma. -#}
{%- macro used_properties(relation) -%}
    {%- for property, column
        in lead_scoring.event_property_columns().items() -%}
    {{ lead_scoring.used_property(relation, property, column) }} as {{ column }},
        {% endfor -%}
{%- endmacro -%}

{#- Properties of what has none, as empty texts, each with a comma. -#}
{%- macro empty_properties() -%}
    {%- for column in lead_scoring.event_property_columns().values() -%}
    '' as {{ column }},
        {% endfor -%}
{%- endmacro -%}

{#- What is kept of an event, each with a comma, beside whose it is and when:
    the key of its signature, the measures that rules look at, and what tells
    clicks of machines. `relation`: deliveries, joined to event_types. -#}
{%- macro what_is_kept(relation) -%}
    {%- set parts = ['event_types.event_type'] -%}
    {%- for property, column
        in lead_scoring.event_property_columns().items() -%}
        {%- do parts.append(
            lead_scoring.used_property(relation, property, column)
        ) -%}
    {%- endfor -%}
    case when event_types.is_scored then {{ lead_scoring.texts_key(parts) }} end
        as signature_key,
    {%- for measure in var('event_measures') %}
    case when event_types.uses_{{ measure }} = 1
        then {{ relation }}.measure_{{ measure }} end as measure_{{ measure }},
    {%- endfor %}
    case when event_types.is_of_mail then event_types.event_type end
        as mail_type,
    case when event_types.is_of_mail
        then {{ lead_scoring.key_of_var('bot_mail_property', relation) }} end
        as mail_key,
    case when event_types.is_click
        then {{ lead_scoring.key_of_var('bot_link_property', relation) }} end
        as link_key,
{%- endmacro -%}

{#- The same columns of a relation that has them. -#}
{%- macro kept_columns(relation) -%}
    {{ relation }}.signature_key,
    {%- for measure in var('event_measures') %}
    {{ relation }}.measure_{{ measure }},
    {%- endfor %}
    {{ relation }}.mail_type,
    {{ relation }}.mail_key,
    {{ relation }}.link_key,
    {{ relation }}.event_id,
{%- endmacro -%}

{#- The key of the signature of sessions made here: they have no properties. -#}
{%- macro signature_of_session() -%}
    {%- set parts = ["'session'"] -%}
    {%- for property in var('event_properties') -%}
        {%- do parts.append("''") -%}
    {%- endfor -%}
    {{- lead_scoring.texts_key(parts) -}}
{%- endmacro -%}
