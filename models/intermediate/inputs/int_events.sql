-- Every delivery that counts at some moment scored: from `counts_from` until
-- `counts_until` (null: for good), `until` not included.
with events as (
    select * from {{ ref('int_events_checked') }}
    where
        fault is null
        and (counts_until is null or counts_until > counts_from)
)

select
    *,
    coalesce(lead_id, anonymous_id) as actor_id,
    lead_id is null as is_anonymous
from events
