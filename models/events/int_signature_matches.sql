-- Which bot signatures hold for each signature, and where none does, which
-- rules, whatever the date.
with signatures as (
    select * from {{ ref('int_event_signatures') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

fields as (
    {% for field, column in field_columns(
        'event_properties', 'event_measures'
    ).items() -%}
    select
        signature_key,
        '{{ field }}' as field,
        coalesce({{ column }}, '') as value
    from signatures
    union all
    {% endfor %}
    select
        signature_key,
        '' as field,
        '' as value
    from signatures
    where 1 = 0
),

held as (
    {{ condition_values(
        'fields', ref('int_conditions'), ref('int_condition_items'), 'event'
    ) }}
),

needed as (
    select
        rule_key,
        count(*) as conditions
    from {{ ref('int_conditions') }}
    where subject = 'event'
    group by rule_key
),

met as (
    select
        fields.signature_key,
        held.rule_key,
        count(*) as conditions
    from fields
    inner join held on fields.field = held.field and fields.value = held.value
    group by fields.signature_key, held.rule_key
),

bots as (
    select
        met.signature_key,
        rules.rule_key,
        rules.rule_type
    from met
    inner join rules on met.rule_key = rules.rule_key
    where rules.rule_type = 'bot'
)

select
    bots.*,
    cast(null as {{ dbt.type_bigint() }}) as once_key
from bots

union all

select
    signatures.signature_key,
    rules.rule_key,
    rules.rule_type,
    case
        when
            {{ trimmed_text('once_fields.value', list_var('empty_values')) }}
            is not null
            then {{ text_key(lowered(trimmed_text('once_fields.value'))) }}
    end as once_key
from signatures
inner join rules on signatures.event_type = rules.event_type
left join needed on rules.rule_key = needed.rule_key
left join met
    on
        signatures.signature_key = met.signature_key
        and rules.rule_key = met.rule_key
left join fields as once_fields
    on
        signatures.signature_key = once_fields.signature_key
        and rules.once_per = once_fields.field
where
    rules.rule_type = 'implicit'
    and coalesce(needed.conditions, 0) = coalesce(met.conditions, 0)
    and signatures.signature_key not in (select bots.signature_key from bots)
