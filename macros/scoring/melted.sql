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

{#- Whether a value meets an item of a condition's list: for the `not_`
    operators, whether it is what they forbid. `values` has operator, value and
    number (the value as one); `items` has item, number, item_number (its
    place) and next_number (the number behind it, the high end of between). -#}
{%- macro item_is_met(values, items) -%}
case
            when {{ values }}.operator in ('equals', 'not_equals', 'in', 'not_in')
                then case
                    when {{ values }}.number is not null
                        and {{ items }}.number is not null
                        then {{ values }}.number = {{ items }}.number
                    else {{ values }}.value = {{ items }}.item
                end
            when {{ values }}.operator = 'contains'
                then {{ dbt.position(items ~ '.item', values ~ '.value') | trim }} > 0
            when {{ values }}.operator = 'starts_with'
                then left({{ values }}.value, {{ dbt.length(items ~ '.item') | trim }})
                    = {{ items }}.item
            when {{ values }}.operator = 'ends_with'
                then right({{ values }}.value, {{ dbt.length(items ~ '.item') | trim }})
                    = {{ items }}.item
            when {{ values }}.operator = 'gt'
                then {{ values }}.number > {{ items }}.number
            when {{ values }}.operator = 'gte'
                then {{ values }}.number >= {{ items }}.number
            when {{ values }}.operator = 'lt'
                then {{ values }}.number < {{ items }}.number
            when {{ values }}.operator = 'lte'
                then {{ values }}.number <= {{ items }}.number
            when {{ values }}.operator = 'between'
                then {{ items }}.item_number = 1
                    and {{ values }}.number >= {{ items }}.number
                    and {{ values }}.number <= {{ items }}.next_number
        end
{%- endmacro -%}
