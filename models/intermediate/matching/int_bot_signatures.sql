with signatures as (
    select * from {{ ref('int_event_signatures') }}
),

rules as (
    select * from {{ ref('int_rules') }}
    where rule_type = 'bot'
),

fields as (
    select * from {{ ref('int_signature_fields') }}
),

condition_values as (
    select * from {{ ref('int_condition_values') }}
),

matched as (
    select
        signatures.signature_key,
        signatures.event_type,
        rules.rule_key,
        coalesce(rules.reason, rules.rule_id) as reason
    from rules
    inner join condition_values on rules.rule_key = condition_values.rule_key
    inner join fields
        on
            condition_values.field = fields.field
            and condition_values.value = fields.value
    inner join signatures on fields.signature_key = signatures.signature_key
)

select * from matched
