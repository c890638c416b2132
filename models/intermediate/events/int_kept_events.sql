{{ config(
    pre_hook="{{ clear_changed_days() }}",
    post_hook="{{ forget_erased_events() }}",
) }}

-- depends_on: {{ ref('int_erased_actors') }}
-- depends_on: {{ ref('int_changed_days') }}
with deliveries as (
    {{ deliveries_to_keep() }}
),

event_types as (
    select * from {{ ref('int_event_types') }}
    where not is_derived
),

versions as (
    select coalesce(max(signature_version), 0) as signature_version
    from {{ ref('int_event_types') }}
)

select
    deliveries.load_day,
    deliveries.event_key,
    deliveries.actor_key,
    {{ what_is_kept('deliveries') }}
    case when event_types.is_click then deliveries.event_id end as event_id,
    deliveries.occurred_at,
    deliveries.known_at,
    deliveries.own_fault as fault,
    versions.signature_version,
    {{ time_of_run() }} as stored_at
from deliveries
left join event_types on deliveries.event_type = event_types.written_event_type
cross join versions
