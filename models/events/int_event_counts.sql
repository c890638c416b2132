{{ config(
    partition_by=parted_by('load_day'),
    pre_hook="{{ clear_days_to_read(this, ref('int_events_to_read')) }}",
) }}

-- depends_on: {{ ref('int_events') }}
-- depends_on: {{ ref('int_rejected_events') }}
-- Kept by load day, and written last: a load day is read once its count is
-- here.
with event_rows as (
    select * from {{ ref('int_event_rows') }} as event_rows
    where {{ is_to_read(ref('int_events_to_read')) }}
),

counted as (
    select
        load_day,
        event_type,
        unread,
        count(*) as rows_read,
        max(case when loaded_at <= {{ built_at() }} then loaded_at end)
            as newest_loaded_at,
        max(case when occurred_at <= {{ built_at() }} then occurred_at end)
            as newest_occurred_at
    from event_rows
    group by load_day, event_type, unread
)

select
    counted.load_day,
    counted.event_type,
    counted.unread,
    counted.event_type is not null and event_types.event_type is null
        as is_of_other_type,
    counted.rows_read,
    counted.newest_loaded_at,
    counted.newest_occurred_at,
    to_read.reading_version
from counted
cross join {{ ref('int_events_to_read') }} as to_read
left join {{ ref('int_scored_event_types') }} as event_types
    on counted.event_type = event_types.event_type
