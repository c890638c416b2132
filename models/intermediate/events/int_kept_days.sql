{{ config(
    partition_by=parted_by('signature_version'),
    pre_hook="{{ clear_kept_days() }}",
) }}

-- depends_on: {{ ref('int_kept_events') }}
-- Written once the events are, so that what a run that dies leaves undone is
-- done again.
with loads as (
    select
        load_day,
        sum(deliveries) as deliveries,
        sum(checksum) as checksum
    from {{ ref('int_event_loads') }}
    group by load_day
),

versions as (
    select coalesce(max(signature_version), 0) as signature_version
    from {{ ref('int_event_types') }}
),

signatures as (
    select count(*) as signatures from {{ ref('int_event_signatures') }}
)

select
    loads.load_day,
    cast(loads.deliveries as {{ dbt.type_bigint() }}) as deliveries,
    cast(loads.checksum as {{ dbt.type_bigint() }}) as checksum,
    versions.signature_version,
    signatures.signatures,
    {{ time_of_run() }} as stored_at
from loads
inner join {{ ref('int_changed_days') }} as changed_days
    on loads.load_day = changed_days.load_day
cross join versions
cross join signatures
