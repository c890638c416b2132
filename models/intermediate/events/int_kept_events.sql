{{ config(
    partition_by=parted_by('load_day'),
    pre_hook="{{ clear_changed_days() }}",
    post_hook="{{ forget_erased_events() }}",
) }}

-- depends_on: {{ ref('int_changed_days') }}
-- depends_on: {{ ref('int_erased_actors') }}
-- A row that cannot be used has no actor here.
select
    deliveries.event_key,
    case
        when
            deliveries.event_key is not null
            and deliveries.event_type is not null
            and deliveries.occurred_at is not null
            then deliveries.actor_key
    end as actor_key,
    case
        when deliveries.is_signed then {{ signature_key('deliveries') }}
    end as signature_key,
    deliveries.occurred_at,
    deliveries.known_at{{ and_load_day('deliveries.known_at') }}
from {{ ref('int_signed_deliveries') }} as deliveries
