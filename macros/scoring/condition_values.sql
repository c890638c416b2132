{#- Which values meet which condition: a select of condition_key, rule_key, field
    and value. Operators run once for each distinct value, not for each event or
    lead. `fields`: a relation of field and value; `conditions`, `items`: the
    models int_conditions and int_condition_items; `subject`: 'lead' or 'event'.
    A time compares with a date by its day in UTC. -#}
{%- macro condition_values(fields, conditions, items, subject) -%}
with items as (
    select
        items.condition_key,
        items.item_number,
        items.item,
        items.number,
        items.item_date,
        next_items.number as next_number,
        next_items.item_date as next_date
    from {{ items }} as items
    left join {{ items }} as next_items
        on
            items.condition_key = next_items.condition_key
            and items.item_number + 1 = next_items.item_number
),

cleaned as (
    select
        *,
        {{ lead_scoring.lowered(lead_scoring.trimmed_text(
            'raw_value', lead_scoring.list_var('empty_values')
        )) }} as value
    from (
        select distinct field, value as raw_value from {{ fields }}
    ) as field_values
),

positions as (
    {{ dbt.generate_series(1000) }}
),

-- has_any compares each choice of a cell, the other operators the whole of it
choices as (
    select
        *,
        1 as choice,
        'whole' as compares
    from cleaned

    union all

    select
        cleaned.field,
        cleaned.raw_value,
        {{ lead_scoring.trimmed_text(lead_scoring.text_part(
            'cleaned.value',
            "';'",
            'cast(positions.generated_number as integer)'
        )) }} as value,
        positions.generated_number as choice,
        'has_any' as compares
    from (
        select distinct
            field,
            value as raw_value,
            {{ lead_scoring.lowered(lead_scoring.trimmed_text('value')) }}
                as value
        from {{ fields }}
        where field in (
            select conditions.field
            from {{ conditions }} as conditions
            where
                conditions.operator = 'has_any'
                and conditions.subject = '{{ subject }}'
        )
    ) as cleaned
    inner join positions
        on
            positions.generated_number <= {{ dbt.length('cleaned.value') }} + 1
            - {{ dbt.length(dbt.replace('cleaned.value', "';'", "''")) }}
),

compared as (
    select
        conditions.condition_key,
        conditions.rule_key,
        conditions.field,
        conditions.operator,
        choices.raw_value,
        choices.choice,
        choices.value,
        {{ lead_scoring.parsed_number('choices.value') }} as number,
        case
            when limits.item_date is not null
                and choices.value like '____-__-__%'
                then cast({{ lead_scoring.parsed_timestamp(
                    'upper(choices.value)'
                ) }} as date)
        end as value_date
    from {{ conditions }} as conditions
    inner join choices
        on
            conditions.field = choices.field
            and case when conditions.operator = 'has_any' then 'has_any'
                else 'whole' end = choices.compares
            and conditions.subject = '{{ subject }}'
    left join items as limits
        on
            conditions.condition_key = limits.condition_key
            and limits.item_number = 1
),

-- the values that an item of the condition's list meets
met as (
    select distinct
        compared.condition_key,
        compared.raw_value
    from compared
    inner join items on compared.condition_key = items.condition_key
    where {{ lead_scoring.item_is_met('compared', 'items') }}
),

held as (
    select
        compared.condition_key,
        compared.rule_key,
        compared.field,
        compared.raw_value as value
    from compared
    left join met
        on
            compared.condition_key = met.condition_key
            and compared.raw_value = met.raw_value
    where
        compared.choice = 1
        and case
            when compared.operator = 'any' then true
            when compared.operator = 'is_missing' then compared.value is null
            when compared.operator = 'is_set' then compared.value is not null
            when compared.operator in ('not_equals', 'not_in')
                then compared.value is not null and met.raw_value is null
            else met.raw_value is not null
        end
)

select * from held
{%- endmacro -%}
