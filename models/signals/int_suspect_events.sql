-- The few events that a bot may have made: those that carry a bot signature,
-- clicks and deliveries of one email within seconds of each other, and what was
-- done beside such a click. Thousands of them are too many to compare each with
-- each: time is cut into slices, of which 32 are as long as a burst.
with bots as (
    select distinct signature_key
    from {{ ref('int_signature_matches') }}
    where rule_type = 'bot'
),

signatures as (
    select
        signatures.signature_key,
        signatures.event_type,
        signatures.event_type in (
            {{ quoted_list(var('bot_click_types')) }}
        ) as is_click,
        bots.signature_key is not null as is_bot,
        bots.signature_key is null
        and signatures.event_type in (
            {{ quoted_list(var('bot_scan_types')) }}
        )
        and signatures.event_type not in (
            {{ quoted_list(
                var('bot_click_types') + [var('bot_delivery_type')]
            ) }}
        ) as is_beside,
        case
            when signatures.event_type in (
                {{ quoted_list(
                    var('bot_click_types') + [var('bot_delivery_type')]
                ) }}
                ) then {{ key_of_var('bot_mail_property', 'signatures') }}
        end as email_key,
        {{ key_of_var('bot_link_property', 'signatures') }} as link_key
    from {{ ref('int_event_signatures') }} as signatures
    left join bots on signatures.signature_key = bots.signature_key
),

events as (
    select
        events.event_key,
        events.event_id,
        events.actor_key,
        events.signature_key,
        signatures.event_type,
        signatures.is_click,
        signatures.is_bot,
        signatures.email_key,
        signatures.link_key,
        events.occurred_at,
        events.known_at,
        lag(events.occurred_at) over (
            partition by events.actor_key, signatures.email_key
            order by events.occurred_at
        ) as previous_at,
        lead(events.occurred_at) over (
            partition by events.actor_key, signatures.email_key
            order by events.occurred_at
        ) as next_at
    from {{ ref('int_events') }} as events
    inner join signatures on events.signature_key = signatures.signature_key
    where signatures.email_key is not null or signatures.is_bot
),

suspects as (
    select
        event_key,
        event_id,
        actor_key,
        signature_key,
        event_type,
        is_click,
        is_bot,
        email_key,
        link_key,
        occurred_at,
        known_at
    from events
    where
        is_bot
        or occurred_at <= {{ time_after('previous_at', [
            number_of_var('bot_delivery_seconds'),
            number_of_var('bot_within_seconds'),
        ] | max, 'second') }}
        or next_at <= {{ time_after('occurred_at', [
            number_of_var('bot_delivery_seconds'),
            number_of_var('bot_within_seconds'),
        ] | max, 'second') }}
        or (is_click and {{ number_of_var('bot_distinct_links') }} = 1)
),

-- what was done by whoever clicked, with the clicks nearest in time
near_clicks as (
    select
        *,
        max(case when is_click then occurred_at end) over (
            partition by actor_key order by occurred_at
        ) as last_click_at,
        min(case when is_click then occurred_at end) over (
            partition by actor_key order by occurred_at desc
        ) as next_click_at
    from (
        select * from suspects
        where is_click

        union all

        select
            events.event_key,
            events.event_id,
            events.actor_key,
            events.signature_key,
            signatures.event_type,
            signatures.is_click,
            signatures.is_bot,
            signatures.email_key,
            signatures.link_key,
            events.occurred_at,
            events.known_at
        from {{ ref('int_events') }} as events
        inner join signatures
            on
                events.signature_key = signatures.signature_key
                and signatures.is_beside
        where
            events.actor_key in (
                select suspects.actor_key
                from suspects
                where suspects.is_click
            )
    ) as done
),

all_suspects as (
    select * from suspects

    union all

    select
        event_key,
        event_id,
        actor_key,
        signature_key,
        event_type,
        is_click,
        is_bot,
        email_key,
        link_key,
        occurred_at,
        known_at
    from near_clicks
    where
        not is_click
        and (
            occurred_at <= {{ time_after(
                'last_click_at', number_of_var('bot_within_seconds'), 'second'
            ) }}
            or next_click_at <= {{ time_after(
                'occurred_at', number_of_var('bot_within_seconds'), 'second'
            ) }}
        )
),

sliced as (
    select
        *,
        cast(floor(
            cast({{ epoch_microseconds('occurred_at') }} as {{ type_double() }})
            / {{ [number_of_var('bot_within_seconds'), 1] | max * 31250 }}
        ) as {{ dbt.type_bigint() }}) as slice
    from all_suspects
)

-- a burst of 0 seconds ends in the slice in which it begins
select
    *,
    slice + {{ [number_of_var('bot_within_seconds'), 1] | min * 32 }}
        as slice_of_end
from sliced
