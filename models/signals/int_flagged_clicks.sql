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
    select
        suspects.event_key,
        suspects.actor_key,
        suspects.slice,
        suspects.slice_of_end,
        suspects.occurred_at,
        case
            when suspects.is_bot
                or suspects.known_at > min(click_flags.known_from)
                then suspects.known_at
            else min(click_flags.known_from)
        end as flagged_at
    from suspects
    left join click_flags on suspects.event_key = click_flags.event_key
    where
        suspects.is_click
        and (suspects.is_bot or click_flags.event_key is not null)
    group by
        suspects.event_key,
        suspects.actor_key,
        suspects.slice,
        suspects.slice_of_end,
        suspects.occurred_at,
        suspects.known_at,
        suspects.is_bot
),

flagged_by_slice as (
    select
        actor_key,
        slice,
        slice_of_end,
        min(flagged_at) as flagged_at
    from flagged_clicks
    group by actor_key, slice, slice_of_end
),

beside_clicks as (
    select * from suspects
    where not is_click and not is_bot and email_key is null
),

beside_in_parts as (
    select
        beside_clicks.event_key,
        flagged_by_slice.flagged_at
    from beside_clicks
    inner join flagged_by_slice
        on
            beside_clicks.actor_key = flagged_by_slice.actor_key
            and beside_clicks.slice < flagged_by_slice.slice_of_end
            and beside_clicks.slice_of_end > flagged_by_slice.slice
    {%- for end, of_click in [
        ('slice', 'slice_of_end'), ('slice_of_end', 'slice')
    ] %}

    union all

    select
        beside_clicks.event_key,
        flagged_clicks.flagged_at
    from beside_clicks
    inner join flagged_clicks
        on
            beside_clicks.actor_key = flagged_clicks.actor_key
            and beside_clicks.{{ end }} = flagged_clicks.{{ of_click }}
            and beside_clicks.occurred_at >= {{ time_after(
                'flagged_clicks.occurred_at',
                '-1 * ' ~ number_of_var('bot_within_seconds'), 'second'
            ) }}
            and beside_clicks.occurred_at <= {{ time_after(
                'flagged_clicks.occurred_at',
                number_of_var('bot_within_seconds'), 'second'
            ) }}
    {%- endfor %}
),

beside as (
    select
        beside_clicks.event_key,
        beside_clicks.event_id,
        beside_clicks.actor_key,
        beside_clicks.event_type,
        beside_clicks.occurred_at,
        beside_clicks.known_at,
        'within {{ number_of_var('bot_within_seconds') }} seconds of a '
        || 'flagged click' as reason,
        min(beside_in_parts.flagged_at) as known_from
    from beside_clicks
    inner join beside_in_parts
        on beside_clicks.event_key = beside_in_parts.event_key
    group by
        beside_clicks.event_key,
        beside_clicks.event_id,
        beside_clicks.actor_key,
        beside_clicks.event_type,
        beside_clicks.occurred_at,
        beside_clicks.known_at
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
