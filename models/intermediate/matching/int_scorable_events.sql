-- Events of a type that some rule names. Of their properties only those that
-- a condition looks at are left, so that few combinations remain.
with events as (
    select * from {{ ref('int_events') }}
),

rules as (
    select * from {{ ref('int_rules') }}
    where rule_type = 'implicit'
),

conditions as (
    select * from {{ ref('int_conditions') }}
),

used_fields as (
    select
        {{ property_uses() }}
        rules.event_type
    from rules
    left join conditions on rules.rule_key = conditions.rule_key
    group by rules.event_type
),

scorable as (
    select
        events.event_id,
        events.actor_id,
        events.is_anonymous,
        events.event_type,
        {{ used_properties() }}
        {{ measure_columns('events') }}
        events.occurred_at,
        events.counts_from,
        events.counts_until
    from events
    inner join used_fields on events.event_type = used_fields.event_type
)

select * from scorable
