with deliveries as (
    select * from {{ ref('int_doubtful_deliveries') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

erased as (
    select * from {{ ref('int_erased_actors') }}
),

repeated_keys as (
    select * from {{ ref('int_repeated_event_keys') }}
    where event_key is not null
),

unusable as (
    select
        deliveries.event_id,
        deliveries.lead_id,
        deliveries.anonymous_id,
        deliveries.event_type,
        deliveries.occurred_at,
        deliveries.loaded_at,
        coalesce(deliveries.fault, 'unknown lead') as rejection_reason
    from deliveries
    left join leads on deliveries.actor_key = leads.lead_key
    left join erased on deliveries.actor_key = erased.actor_key
    left join repeated_keys on deliveries.event_key = repeated_keys.event_key
    where
        erased.actor_key is null
        and repeated_keys.event_key is null
        and (
            deliveries.fault is not null
            or (deliveries.lead_id is not null and leads.lead_key is null)
        )
)

select * from unusable

union all

select
    event_id,
    lead_id,
    anonymous_id,
    event_type,
    occurred_at,
    loaded_at,
    rejection_reason
from {{ ref('int_repeated_events') }}
where rejection_reason is not null
