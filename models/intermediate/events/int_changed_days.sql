-- The days of which int_kept_events has not what the source has now, or has it
-- by other rules; all, where rows of it or of its signatures are lost.
with loads as (
    select
        load_day,
        sum(deliveries) as deliveries,
        sum(checksum) as checksum
    from {{ ref('int_event_loads') }}
    group by load_day
),

kept_days as (
    select * from {{ kept_days_so_far() }} as kept_days
),

kept_events as (
    select * from {{ kept_events_so_far() }} as kept_events
),

kept as (
    select
        sum(deliveries) as deliveries,
        max(signatures) as signatures
    from kept_days
),

events as (
    select count(*) as deliveries from kept_events
),

signatures as (
    select count(*) as signatures from {{ signatures_so_far() }} as so_far
),

lost as (
    select
        coalesce(kept.deliveries, 0) <> events.deliveries
        or coalesce(kept.signatures, 0) > signatures.signatures as is_lost
    from kept
    cross join events
    cross join signatures
),

versions as (
    select coalesce(max(signature_version), 0) as signature_version
    from {{ ref('int_event_types') }}
),

erasures as (
    select {{ erasures_version() }} as erasures_version
    from {{ ref('int_erased_actors') }}
),

-- days with somebody in them who had asked to be erased, and does not any more,
-- or did so before another one
restored as (
    select distinct {{ day_of_load('kept_events.known_at') }} as load_day
    from kept_events
    cross join erasures
    where
        kept_events.signature_key < 0
        and kept_events.signature_key <> erasures.erasures_version
)

select coalesce(loads.load_day, kept_days.load_day) as load_day
from loads
full outer join kept_days on loads.load_day = kept_days.load_day
cross join versions
cross join lost
left join restored on kept_days.load_day = restored.load_day
where
    lost.is_lost
    or loads.load_day is null
    or kept_days.load_day is null
    or loads.deliveries <> kept_days.deliveries
    or loads.checksum <> kept_days.checksum
    -- nothing shows what rows without any time are replaced by
    or loads.load_day = {{ day_of_load('null') }}
    or kept_days.signature_version <> versions.signature_version
    or restored.load_day is not null
