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

event_types as (
    select * from {{ ref('int_event_types') }}
    where not is_derived
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
),

measure_values as (
    {{ measure_values('delivered') }}
),

signed as (
    select
        delivered.event_key,
        delivered.actor_key,
        delivered.event_id,
        delivered.lead_id,
        delivered.anonymous_id,
        delivered.event_type as written_event_type,
        delivered.occurred_at,
        delivered.loaded_at,
        delivered.load_day,
        delivered.known_fault,
        delivered.counts_from,
        delivered.counts_until,
        delivered.scored_at,
        event_types.event_type,
        {{ signed_fields('delivered') }}
        event_types.is_signed
    from delivered
    left join event_types
        on delivered.event_type = event_types.written_event_type
    {{ join_measure_values('delivered') }}
)

select
    signed.event_key,
    signed.actor_key,
    signed.event_id,
    signed.lead_id,
    signed.anonymous_id,
    signed.written_event_type as event_type,
    case
        when signed.is_signed then {{ signature_key('signed') }}
    end as signature_key,
    signed.occurred_at,
    signed.loaded_at,
    signed.load_day,
    signed.known_fault,
    signed.counts_from,
    signed.counts_until,
    case
        when signed.known_fault is not null then signed.known_fault
        when signed.counts_until <= signed.scored_at
            then 'event_id delivered before'
    end as rejection_reason
from signed
