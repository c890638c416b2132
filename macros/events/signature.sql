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

{#- A number for all that decides what is kept of an event beside the numbers
    that measures are compared with: what is looked at, the vars that name it,
    the SQL of stg_crm__events, and the engine, whose hash may change. An
    aggregate over types and uses. -#}
{%- macro signature_version(relation) -%}
    {%- set names = (
        [
            var('event_properties') | tojson, var('event_measures') | tojson,
            lead_scoring.checksum_of_staging(),
        ]
        | join(' ') | replace("'", "''")
    ) -%}
cast(
            coalesce(sum(mod({{ lead_scoring.text_key(
                relation ~ '.event_type' ~ lead_scoring.uses_as_text(relation)
            ) }}, 999999937)), 0)
            + mod({{ lead_scoring.text_key(
                "'" ~ names ~ "' || " ~ lead_scoring.engine_version()
            ) }}, 999999937)
            as {{ dbt.type_bigint() }}
        )
{%- endmacro -%}

{#- dbt's checksum of the model stg_crm__events, ours or the consumer's. -#}
{%- macro checksum_of_staging() -%}
    {%- for node in graph.get('nodes', {}).values()
        if node.resource_type == 'model' and node.name == 'stg_crm__events' -%}
        {{- node.checksum.checksum -}}
    {%- endfor -%}
{%- endmacro -%}

{%- macro uses_as_text(relation) -%}
    {%- for field in lead_scoring.event_field_columns() -%}
    {{- " || ' ' || cast(" ~ relation ~ ".uses_" ~ field ~ " as "
        ~ dbt.type_string() ~ ")" -}}
    {%- endfor -%}
{%- endmacro -%}

{#- An event's type and fields: a list of columns. -#}
{%- macro signature_columns(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{- prefix }}event_type
    {%- for column in lead_scoring.event_field_columns().values() -%}
        , {{ prefix }}{{ column }}
    {%- endfor -%}
{%- endmacro -%}

{#- The key of a signature: of a type, and of fields as `signed_fields` gives
    them. -#}
{%- macro signature_key(relation) -%}
    {%- set parts = [relation ~ '.event_type'] -%}
    {%- for column in lead_scoring.event_field_columns().values() -%}
        {%- do parts.append(relation ~ '.' ~ column) -%}
    {%- endfor -%}
    {{- lead_scoring.texts_key(parts) -}}
{%- endmacro -%}

{#- The fields that something looks at for the event's type, the others as nulls:
    a list of columns, each with a comma. Reads event_types. -#}
{%- macro used_fields(relation) -%}
    {%- for field, column in lead_scoring.event_field_columns().items() -%}
    case when event_types.uses_{{ field }} = 1
            then {{ relation }}.{{ column }} end as {{ column }},
    {% endfor -%}
{%- endmacro -%}

{#- The same as texts, empty for a null: what a signature consists of. Of a
    measure the number that stands for it. Reads event_types, and what
    `join_measure_values` joins. `only_measures`: the fields that `relation` has
    at all, where it is a session. `one`: where the relation's fields are the
    used ones already. -#}
{%- macro signed_fields(relation, only_measures=none, one='') -%}
    {%- for property, column
        in lead_scoring.event_property_columns().items() -%}
        {%- if only_measures is none -%}
    coalesce(
            case when {{ one or 'event_types.uses_' ~ property }} = 1
                then {{ relation }}.{{ column }} end, ''
        ) as {{ column }},
        {% else -%}
    '' as {{ column }},
        {% endif -%}
    {%- endfor -%}
    {%- for measure in var('event_measures') -%}
        {%- if only_measures is none or measure in only_measures -%}
    coalesce(
            case when {{ one or 'event_types.uses_' ~ measure }} = 1
                then values_of_{{ measure }}.stands_for end, ''
        ) as measure_{{ measure }},
        {% else -%}
    '' as measure_{{ measure }},
        {% endif -%}
    {%- endfor -%}
{%- endmacro -%}

