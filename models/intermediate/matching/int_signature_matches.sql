-- No rule holds for a bot's.
with bots as (
    select distinct signature_key from {{ ref('int_bot_signatures') }}
),

signatures as (
    select event_signatures.*
    from {{ ref('int_event_signatures') }} as event_signatures
    left join bots on event_signatures.signature_key = bots.signature_key
    where bots.signature_key is null
),

rules as (
    select
        rule_key,
        event_type
    from {{ ref('int_rules') }}
    where rule_type = 'implicit'
),

fields as (
    select * from {{ ref('int_signature_fields') }}
),

condition_values as (
    select * from {{ ref('int_condition_values') }}
),

{{ conditions_met('signature_key', 'event') }},

matched as (
    select
        signatures.signature_key,
        rules.rule_key
    from signatures
    inner join rules on signatures.event_type = rules.event_type
    left join needed on rules.rule_key = needed.rule_key
    left join met
        on
            signatures.signature_key = met.signature_key
            and rules.rule_key = met.rule_key
    where coalesce(needed.conditions, 0) = coalesce(met.conditions, 0)
)

select * from matched
