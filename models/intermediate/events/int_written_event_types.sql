-- Event types as they are written, for one look at each and not at each event.
-- Sessions that a rule asks for are made of page views where no source brings
-- any that can be used.
with written as (
    select
        event_type as written_event_type,
        {{ lowered(trimmed_text('event_type')) }} as event_type
    from (
        select distinct event_type from {{ ref('int_event_loads') }}
    ) as loads
),

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
)

select
    written_event_type,
    event_type,
    false as is_derived
from written
where event_type is not null

union all

select distinct
    rules.event_type as written_event_type,
    rules.event_type,
    true as is_derived
from {{ ref('int_rules') }} as rules
cross join brought
inner join written on written.event_type = {{ page_view_type() }}
where
    rules.rule_type = 'implicit'
    and rules.event_type = 'session'
    and brought.sessions = 0
    and {{ number_of_var('session_gap_minutes') }} >= 0
