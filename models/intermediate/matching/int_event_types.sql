-- Event types as they are written, for one look at each and not at each event:
-- the type that rules know them by, and what its rules' conditions look at, or
-- signatures of bots, which look at events of every type.
with written as (
    select distinct event_type from {{ ref('int_deliveries') }}
),

rules as (
    select * from {{ ref('int_rules') }}
    where rule_type = 'implicit'
),

conditions as (
    select * from {{ ref('int_conditions') }}
),

bots as (
    select conditions.field
    from conditions
    inner join {{ ref('int_rules') }} as signatures
        on
            conditions.rule_key = signatures.rule_key
            and signatures.rule_type = 'bot'
),

looked_at as (
    select
        rules.event_type,
        conditions.field
    from rules
    left join conditions on rules.rule_key = conditions.rule_key

    union all

    select
        rules.event_type,
        bots.field
    from rules
    cross join bots
),

used as (
    select
        {{ property_uses() }}
        event_type
    from looked_at
    group by event_type
)

select
    written.event_type as written_event_type,
    used.*
from written
inner join used
    on lower({{ trimmed_text('written.event_type') }}) = used.event_type
