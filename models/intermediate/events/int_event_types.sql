-- Event types as they are written, for one look at each and not at each event:
-- the type that rules know them by, and what its rules' conditions look at, or
-- signatures of bots, which look at events of every type. Sessions that a rule
-- asks for are made of page views where no source brings any.
with written as (
    select
        event_type as written_event_type,
        {{ lowered(trimmed_text('event_type')) }} as event_type
    from (
        select distinct event_type from {{ ref('int_event_loads') }}
    ) as loads
),

rules as (
    select * from {{ ref('int_rules') }}
),

conditions as (
    select * from {{ ref('int_conditions') }}
),

-- rows that cannot be used bring none
brought as (
    select count(*) as sessions
    from (
        select deliveries.event_key
        from {{ ref('int_deliveries') }} as deliveries
        inner join written
            on deliveries.event_type = written.written_event_type
        where
            written.event_type = 'session'
            and deliveries.event_key is not null
            and deliveries.actor_key is not null
            and deliveries.occurred_at is not null
        limit 1  -- noqa: AM09, any of them will do
    ) as one_session
),

derived as (
    select distinct
        rules.event_type,
        {{ page_view_type() }} as made_of
    from rules
    cross join brought
    inner join written on written.event_type = {{ page_view_type() }}
    where
        rules.rule_type = 'implicit'
        and rules.event_type = 'session'
        and brought.sessions = 0
        and {{ number_of_var('session_gap_minutes') }} >= 0
),

scored as (
    select event_type from rules
    where rule_type = 'implicit'

    union distinct

    select made_of as event_type from derived
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
    written.written_event_type,
    written.event_type,
    {{ coalesced_uses('used') }}
    used.event_type is not null as is_signed,
    false as is_derived,
    versions.signature_version
from written
cross join versions
left join used on written.event_type = used.event_type
where written.event_type is not null

union all

select
    derived.event_type as written_event_type,
    derived.event_type,
    {{ coalesced_uses('used') }}
    true as is_signed,
    true as is_derived,
    versions.signature_version
from derived
cross join versions
inner join used on derived.event_type = used.event_type
