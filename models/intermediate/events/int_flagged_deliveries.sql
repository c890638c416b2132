{{ config(
    partition_by=parted_by('load_day'),
    pre_hook="{{ clear_days_to_read(ref('int_flagged_clicks')) }}",
    post_hook="{{ forget_erased_deliveries() }}",
) }}

-- depends_on: {{ ref('int_changed_days') }}
-- depends_on: {{ ref('int_erased_actors') }}
-- Clicks that a machine made are shown with their ids.
with days as (
    {{ days_to_read(ref('int_flagged_clicks')) }}
),

deliveries as (
    {{ deliveries_of('days') }}
)

select distinct
    kept_days.stored_at,
    flagged.load_day,
    flagged.event_key,
    deliveries.actor_key,
    deliveries.event_id
from deliveries
inner join {{ ref('int_flagged_clicks') }} as flagged
    on
        deliveries.event_key = flagged.event_key
        and deliveries.load_day = flagged.load_day
inner join {{ ref('int_kept_days') }} as kept_days
    on deliveries.load_day = kept_days.load_day
