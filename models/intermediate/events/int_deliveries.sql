-- Every row of events, whatever `as_of` is. A view over the source: what has to
-- be kept of it, int_kept_events keeps.
with events as (
    select {{ event_columns() }}
    from {{ input_table('stg_crm__events') }}
)

select
    {{ key_of_id('event_id') }} as event_key,
    {{ actor_key('lead_id', 'anonymous_id') }} as actor_key,
    *,
    coalesce(loaded_at, occurred_at) as known_at,
    {{ day_of_load('coalesce(loaded_at, occurred_at)') }} as load_day
from events
