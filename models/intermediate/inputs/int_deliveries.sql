-- Every delivery known at `as_of`, of whom to forget too: they are left out
-- where the actor is read anyway. A view over the source: no copy of all events
-- is ever written.
with events as (
    select {{ event_columns() }}
    from {{ input_table('stg_crm__events') }}
),

as_of as (
    select max(scored_at) as scored_at
    from {{ ref('int_moments') }}
),

known as (
    select
        {{ text_key('events.event_id') }} as event_key,
        {{ actor_key('events.lead_id', 'events.anonymous_id') }} as actor_key,
        events.*,
        coalesce(events.loaded_at, events.occurred_at) as known_at,
        case
            when {{ is_blank('events.event_id') }} then 'no event_id'
            when
                events.lead_id is null
                and {{ is_blank('events.anonymous_id') }}
                then 'no lead_id and no anonymous_id'
            when {{ is_blank('events.event_type') }} then 'no event_type'
            when events.occurred_at is null then 'no occurred_at'
            when events.occurred_at > as_of.scored_at
                then 'occurs after as_of'
        end as fault,
        as_of.scored_at
    from events
    cross join as_of
    where
        coalesce(events.loaded_at, events.occurred_at) <= as_of.scored_at
        or coalesce(events.loaded_at, events.occurred_at) is null
)

select * from known
