{{ config(
    pre_hook="{{ clear_days_to_read() }}",
    post_hook="{{ forget_erased_deliveries() }}",
) }}

-- depends_on: {{ ref('int_changed_days') }}
-- depends_on: {{ ref('int_erased_actors') }}
-- Kept since they may be of any day: only a day of which a row is missing is
-- read again.
with days as (
    {{ days_to_read() }}
),

doubtful as (
    select distinct event_key from {{ ref('int_doubtful_keys') }}
),

stored as (
    select
        load_day,
        max(stored_at) as stored_at
    from {{ ref('int_doubtful_keys') }}
    group by load_day
),

deliveries as (
    {{ deliveries_of('days') }}
)

select
    stored.stored_at,
    coalesce(deliveries.event_key, -1) as event_key,
    {{ delivery_columns('deliveries') }}
from deliveries
inner join stored on deliveries.load_day = stored.load_day
left join doubtful on deliveries.event_key = doubtful.event_key
where deliveries.own_fault is not null or doubtful.event_key is not null
