-- Deliveries of the events that came more than once, with the time for which
-- each is the one that counts.
with deliveries as (
    select * from {{ ref('int_doubtful_deliveries') }}
),

repeated as (
    select * from {{ ref('int_repeated_event_keys') }}
    where event_key is not null
),

erased as (
    select * from {{ ref('int_erased_actors') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

judged as (
    select
        deliveries.*,
        coalesce(
            deliveries.fault,
            case
                when deliveries.lead_id is not null and leads.lead_id is null
                    then 'unknown lead'
            end
        ) as known_fault,
        leads.created_at as lead_created_at
    from deliveries
    inner join repeated on deliveries.event_key = repeated.event_key
    left join leads on deliveries.lead_id = leads.lead_id
    left join erased on deliveries.actor_key = erased.actor_key
    where erased.actor_key is null
),

dated as (
    select
        *,
        case
            when known_fault is not null then null
            when lead_created_at > known_at and lead_created_at > occurred_at
                then lead_created_at
            when occurred_at > known_at then occurred_at
            else known_at
        end as counts_from
    from judged
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
)

select
    *,
    case
        when known_fault is not null then known_fault
        when counts_until <= scored_at then 'event_id delivered before'
    end as rejection_reason
from delivered
