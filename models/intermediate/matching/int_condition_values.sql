-- Operators run once for each distinct value, not for each event or lead.
with field_values as (
    select distinct 'lead' as subject, field, value
    from {{ ref('int_lead_fields') }}

    union all

    select distinct 'event' as subject, field, value
    from {{ ref('int_signature_fields') }}
),

conditions as (
    select * from {{ ref('int_conditions') }}
    where not is_measure
),

items as (
    select
        condition_key,
        item_number,
        item,
        number as item_as_number
    from {{ ref('int_condition_items') }}
),

cleaned as (
    select
        subject,
        field,
        value as raw_value,
        lower({{ trimmed_text('value') }}) as value
    from field_values
),

parsed as (
    select
        *,
        {{ parsed_number('value') }} as number
    from cleaned
),

compared as (
    select
        conditions.condition_key,
        conditions.rule_key,
        conditions.field,
        conditions.operator,
        parsed.raw_value,
        parsed.value,
        parsed.number,
        items.item,
        items.item_number,
        items.item_as_number
    from conditions
    inner join parsed
        on
            conditions.subject = parsed.subject
            and conditions.field = parsed.field
    left join items on conditions.condition_key = items.condition_key
),

held as (
    select
        condition_key,
        rule_key,
        field,
        raw_value as value
    from compared
    group by condition_key, rule_key, field, operator, raw_value, value
    having {{ condition_holds('operator') }}
)

select * from held
