{{ config(
    partition_by=parted_by('load_day'),
    pre_hook={
        "sql": "{{ clear_days_to_read(ref('int_doubtful_keys')) }}",
        "transaction": in_transaction(),
    },
    post_hook="{{ forget_erased_deliveries() }}",
) }}

-- depends_on: {{ ref('int_changed_days') }}
-- depends_on: {{ ref('int_erased_actors') }}
-- Kept since they may be of any day: only a day of which a row is missing is
-- read again.
with days as (
    {{ days_to_read(ref('int_doubtful_keys')) }}
),

deliveries as (
    {{ deliveries_of('days', of_all=not is_incremental()) }}
)

select
    kept_days.stored_at,
    doubtful.event_key,
    -- for the few that are left, and not before
    {{ actor_key('deliveries.lead_id', 'deliveries.anonymous_id') }}
        as actor_key,
    {{ given_id('deliveries.lead_id') }} as lead_id,
    {{ delivery_columns('deliveries') }}
from deliveries
inner join {{ ref('int_doubtful_keys') }} as doubtful
    on
        coalesce(deliveries.event_key, -1) = doubtful.event_key
        and deliveries.load_day = doubtful.load_day
inner join {{ ref('int_kept_days') }} as kept_days
    on deliveries.load_day = kept_days.load_day
