{#- Columns as rows (key, field, value), a null value as an empty text: what
    conditions are checked against. `columns`: the column that holds each field,
    by the field's name. -#}
{%- macro melted(relation, key, columns) -%}
    {%- for field, column in columns.items() %}
    select
        {{ key }},
        '{{ field | lower }}' as field,
        coalesce({{ column }}, '') as value
    from {{ relation }}
        {%- if not loop.last %}
    union all
        {%- endif -%}
    {%- else %}
    select
        {{ key }},
        '' as field,
        '' as value
    from {{ relation }}
    where 1 = 0
    {%- endfor -%}
{%- endmacro -%}

{#- The column of each field of a lead that a condition may name. -#}
{%- macro lead_field_columns() -%}
    {%- set columns = {'email': 'email', 'email_domain': 'email_domain'} -%}
    {%- for attribute in var('lead_attributes') -%}
        {%- do columns.update({attribute: 'attribute_' ~ attribute}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro -%}

{#- The column of each property of an event that a condition may name. -#}
{%- macro event_property_columns() -%}
    {%- set columns = {} -%}
    {%- for property in var('event_properties') -%}
        {%- do columns.update({property: 'property_' ~ property}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro -%}

{#- Whether a group of (value, item) pairs, a value against all items of one
    condition, meets the condition's operator: an aggregate over the columns
    `value`, `number` (the value as one), `item`, `item_number` (its place),
    `item_as_number`. -#}
{%- macro condition_holds(operator) -%}
case {{ operator }}
            when 'any' then true
            when 'is_missing' then value is null
            when 'is_set' then value is not null
            when 'not_equals'
                then value is not null and not {{ lead_scoring.any_equal() }}
            when 'not_in'
                then value is not null and not {{ lead_scoring.any_equal() }}
            when 'equals' then {{ lead_scoring.any_equal() }}
            when 'in' then {{ lead_scoring.any_equal() }}
            when 'contains' then {{ lead_scoring.any_of(
                dbt.position('item', 'value') | trim ~ ' > 0'
            ) }}
            when 'starts_with' then {{ lead_scoring.any_of(
                'left(value, ' ~ dbt.length('item') | trim ~ ') = item'
            ) }}
            when 'ends_with' then {{ lead_scoring.any_of(
                'right(value, ' ~ dbt.length('item') | trim ~ ') = item'
            ) }}
            when 'gt' then {{ lead_scoring.any_of('number > item_as_number') }}
            when 'gte'
                then {{ lead_scoring.any_of('number >= item_as_number') }}
            when 'lt' then {{ lead_scoring.any_of('number < item_as_number') }}
            when 'lte'
                then {{ lead_scoring.any_of('number <= item_as_number') }}
            when 'between'
                then {{ lead_scoring.any_of(
                    'item_number = 1 and number >= item_as_number'
                ) }}
                    and {{ lead_scoring.any_of(
                        'item_number = 2 and number <= item_as_number'
                    ) }}
        end
{%- endmacro -%}

{%- macro any_of(condition) -%}
max(case when {{ condition }} then 1 else 0 end) = 1
{%- endmacro -%}

{#- Equal as numbers where both sides are numbers, else as text. -#}
{%- macro any_equal() -%}
{{ lead_scoring.any_of(
    'case when number is not null and item_as_number is not null '
    ~ 'then number = item_as_number else value = item end'
) }}
{%- endmacro -%}
