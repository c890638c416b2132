-- Event types as they are written, for one look at each and not at each event:
-- the type that rules know them by, and what its rules' conditions look at.
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

used as (
    select
        {{ property_uses() }}
        rules.event_type
    from rules
    left join conditions on rules.rule_key = conditions.rule_key
    group by rules.event_type
)

select
    written.event_type as written_event_type,
    used.*
from written
inner join used
    on lower({{ trimmed_text('written.event_type') }}) = used.event_type
