with events as (
    select {{ event_columns() }}
    from {{ input_table('stg_crm__events') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

as_of as (
    select max(scored_at) as scored_at
    from {{ ref('int_moments') }}
),

known as (
    select
        events.*,
        as_of.scored_at,
        coalesce(events.loaded_at, events.occurred_at) as known_at,
        case
            when events.event_id is null then 'no event_id'
            when coalesce(events.lead_id, events.anonymous_id) is null
                then 'no lead_id and no anonymous_id'
            when events.event_type is null then 'no event_type'
            when events.occurred_at is null then 'no occurred_at'
            when events.occurred_at > as_of.scored_at
                then 'occurs after as_of'
            when events.lead_id is not null and leads.lead_id is null
                then 'unknown lead'
        end as fault,
        leads.created_at as lead_created_at
    from events
    left join leads on events.lead_id = leads.lead_id
    cross join as_of
    where
        coalesce(events.loaded_at, events.occurred_at, as_of.scored_at)
        <= as_of.scored_at
),

dated as (
    select
        *,
        case
            when fault is not null then null
            when lead_created_at > known_at and lead_created_at > occurred_at
                then lead_created_at
            when occurred_at > known_at then occurred_at
            else known_at
        end as counts_from
    from known
),

-- A row counts from when it can be used until an earlier delivery of the same
-- event can be: so every past moment has its own first delivery.
delivered as (
    select
        *,
        min(counts_from) over (
            partition by event_id
            order by {{ delivery_order() }}
            rows between unbounded preceding and 1 preceding
        ) as counts_until
    from dated
),

checked as (
    select
        *,
        case
            when fault is not null then fault
            when counts_until <= scored_at then 'event_id delivered before'
        end as rejection_reason
    from delivered
)

select * from checked
