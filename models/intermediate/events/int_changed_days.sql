-- The days of which int_kept_events has not what the source has now, or has it
-- by other rules.
with loads as (
    select
        load_day,
        sum(deliveries) as deliveries,
        sum(checksum) as checksum
    from {{ ref('int_event_loads') }}
    group by load_day
),

kept as (
    select
        {{ day_of_load('known_at') }} as load_day,
        count(*) as deliveries,
        sum({{ delivery_checksum() }}) as checksum,
        min(signature_version) as oldest_version,
        max(signature_version) as newest_version,
        min(case when signature_key < 0 then signature_key end)
            as one_erasure,
        max(case when signature_key < 0 then signature_key end)
            as other_erasure
    from {{ kept_events_so_far() }} as kept_events
    group by {{ day_of_load('known_at') }}
),

versions as (
    select coalesce(max(signature_version), 0) as signature_version
    from {{ ref('int_event_types') }}
),

erasures as (
    select {{ erasures_version() }} as erasures_version
    from {{ ref('int_erased_actors') }}
)

select coalesce(loads.load_day, kept.load_day) as load_day
from loads
full outer join kept on loads.load_day = kept.load_day
cross join versions
cross join erasures
where
    loads.load_day is null
    or kept.load_day is null
    or loads.deliveries <> kept.deliveries
    or loads.checksum <> kept.checksum
    or kept.oldest_version <> versions.signature_version
    or kept.newest_version <> versions.signature_version
    or kept.one_erasure <> erasures.erasures_version
    or kept.other_erasure <> erasures.erasures_version
