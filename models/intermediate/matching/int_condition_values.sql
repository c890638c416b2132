-- Operators run once for each distinct value, not for each event or lead.
with field_values as (
    select distinct
        'lead' as subject,
        field,
        value as raw_value
    from {{ ref('int_lead_fields') }}

    union all

    select distinct
        'event' as subject,
        field,
        value as raw_value
    from {{ ref('int_signature_fields') }}
),

conditions as (
    select * from {{ ref('int_conditions') }}
),

items as (
    select
        items.condition_key,
        items.item_number,
        items.item,
        items.number,
        next_items.number as next_number
    from {{ ref('int_condition_items') }} as items
    left join {{ ref('int_condition_items') }} as next_items
        on
            items.condition_key = next_items.condition_key
            and items.item_number + 1 = next_items.item_number
),

cleaned as (
    select
        *,
        {{ lowered(trimmed_text('raw_value')) }} as value
    from field_values
),

compared as (
    select
        conditions.condition_key,
        conditions.rule_key,
        conditions.field,
        conditions.operator,
        cleaned.raw_value,
        cleaned.value,
        {{ parsed_number('cleaned.value') }} as number
    from conditions
    inner join cleaned
        on
            conditions.subject = cleaned.subject
            and conditions.field = cleaned.field
),

-- the values that an item of the condition's list meets
met as (
    select distinct
        compared.condition_key,
        compared.raw_value
    from compared
    inner join items on compared.condition_key = items.condition_key
    where {{ item_is_met('compared', 'items') }}
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
        case
            when compared.operator = 'any' then true
            when compared.operator = 'is_missing' then compared.value is null
            when compared.operator = 'is_set' then compared.value is not null
            when compared.operator in ('not_equals', 'not_in')
                then compared.value is not null and met.raw_value is null
            else met.raw_value is not null
        end
)

select * from held
