-- Of which rows all has to be known, since they have to be judged or shown:
-- unusable ones, those of events delivered more than once, those of bots.
with repeated as (
    select * from {{ ref('int_repeated_event_keys') }}
    where event_key is not null
),

leads as (
    select * from {{ ref('int_leads') }}
),

bots as (
    select distinct signature_key from {{ ref('int_bot_signatures') }}
)

select distinct
    {{ day_of_load('kept_events.known_at') }} as load_day,
    coalesce(kept_events.event_key, -1) as event_key
from {{ ref('int_kept_events') }} as kept_events
left join repeated on kept_events.event_key = repeated.event_key
left join leads on kept_events.actor_key = leads.lead_key
left join bots on kept_events.signature_key = bots.signature_key
where
    (
        kept_events.known_at <= {{ newest_moment() }}
        or kept_events.known_at is null
    )
    and not {{ is_erased('kept_events') }}
    and (
        kept_events.actor_key is null
        or kept_events.occurred_at > {{ newest_moment() }}
        or repeated.event_key is not null
        or (
            leads.lead_key is null
            and not {{ is_visitor('kept_events.actor_key') }}
        )
        or bots.signature_key is not null
    )
