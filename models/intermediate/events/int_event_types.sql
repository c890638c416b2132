-- What of the events of each type is looked at, by the conditions of its rules,
-- by signatures of bots, which look at events of every type, or by vars.
with types as (
    select * from {{ ref('int_written_event_types') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

conditions as (
    select * from {{ ref('int_conditions') }}
),

scored as (
    select event_type from rules
    where rule_type = 'implicit'

    union distinct

    -- sessions are made of them
    select {{ page_view_type() }} as event_type from types
    where is_derived
),

looked_at as (
    select
        scored.event_type,
        conditions.field
    from scored
    left join rules
        on scored.event_type = rules.event_type and rules.rule_type = 'implicit'
    left join conditions on rules.rule_key = conditions.rule_key

    union all

    select
        scored.event_type,
        conditions.field
    from scored
    cross join rules
    inner join conditions on rules.rule_key = conditions.rule_key
    where rules.rule_type = 'bot'

    union all

    {{ fields_of_mail() }}
),

used as (
    select
        {{ field_uses() }}
        event_type
    from looked_at
    group by event_type
),

bounds as (
    {{ bounds_version() }}
),

-- what is kept of an event depends on this, and on nothing else
versions as (
    select
        {{ signature_version('used') }}
        + coalesce(max(bounds.bounds_version), 0) as signature_version
    from used
    cross join bounds
)

select
    types.written_event_type,
    types.event_type,
    {{ coalesced_uses('used') }}
    used.event_type is not null as is_signed,
    types.is_derived,
    versions.signature_version
from types
cross join versions
left join used on types.event_type = used.event_type
