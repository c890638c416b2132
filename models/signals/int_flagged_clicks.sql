-- A click is flagged from when everything that shows it is known: until then it
-- counts. What the same lead or visitor does beside it is flagged with it.
with suspects as (
    select * from {{ ref('int_suspect_events') }}
),

clicks as (
    select * from suspects
    where is_click and email_key is not null
),

deliveries as (
    select * from suspects
    where not is_click and email_key is not null
),

flags as (
    select
        clicks.event_key,
        clicks.event_id,
        clicks.actor_key,
        clicks.event_type,
        clicks.occurred_at,
        clicks.known_at,
        'within {{ number_of_var('bot_delivery_seconds') }} seconds of the '
        || 'delivery' as reason,
        deliveries.known_at as known_from
    from clicks
    inner join deliveries
        on
            clicks.actor_key = deliveries.actor_key
            and clicks.email_key = deliveries.email_key
            and clicks.occurred_at >= deliveries.occurred_at
            and clicks.occurred_at <= {{ time_after(
                'deliveries.occurred_at',
                number_of_var('bot_delivery_seconds'), 'second'
            ) }}
),

click_flags as (
    select * from {{ ref('int_burst_clicks') }}
    union all
    select * from flags
),

-- a click that carries a bot signature is flagged where it is shown
flagged_clicks as (
    select actor_key, occurred_at, known_at, known_from
    from click_flags
    union all
    select actor_key, occurred_at, known_at, known_at as known_from
    from suspects
    where is_click and is_bot
),

beside as (
    select
        suspects.event_key,
        suspects.event_id,
        suspects.actor_key,
        suspects.event_type,
        suspects.occurred_at,
        suspects.known_at,
        'within {{ number_of_var('bot_within_seconds') }} seconds of a '
        || 'flagged click' as reason,
        case
            when flagged_clicks.known_at > flagged_clicks.known_from
                then flagged_clicks.known_at
            else flagged_clicks.known_from
        end as known_from
    from suspects
    inner join flagged_clicks
        on
            suspects.actor_key = flagged_clicks.actor_key
            and suspects.occurred_at >= {{ time_after(
                'flagged_clicks.occurred_at',
                '-1 * ' ~ number_of_var('bot_within_seconds'), 'second'
            ) }}
            and suspects.occurred_at <= {{ time_after(
                'flagged_clicks.occurred_at',
                number_of_var('bot_within_seconds'), 'second'
            ) }}
    where
        not suspects.is_click
        and not suspects.is_bot
        and suspects.email_key is null
),

all_flags as (
    select * from click_flags
    union all
    select * from beside
)

select
    event_key,
    event_id,
    actor_key,
    event_type,
    occurred_at,
    reason,
    case when known_at > min(known_from) then known_at else min(known_from) end
        as flagged_at
from all_flags
group by
    event_key, event_id, actor_key, event_type, occurred_at, known_at, reason
