-- A burst is flagged when the n-th distinct link becomes known; all its clicks
-- are flagged from then on.
with clicks as (
    select * from {{ ref('int_suspect_events') }}
    where is_click and email_key is not null
),

-- only where enough clicks follow each other is it worth a look at the links
followed as (
    select
        *,
        lead(occurred_at, {{ number_of_var('bot_distinct_links') }} - 1) over (
            partition by actor_key, email_key order by occurred_at
        ) as last_needed_at
    from clicks
    where link_key is not null and {{ number_of_var('bot_distinct_links') }} > 0
),

begun as (
    select distinct
        actor_key,
        email_key,
        occurred_at as begins_at,
        {{ time_after(
            'occurred_at', number_of_var('bot_within_seconds'), 'second'
        ) }} as ends_at
    from followed
    where
        last_needed_at <= {{ time_after(
            'occurred_at', number_of_var('bot_within_seconds'), 'second'
        ) }}
),

links as (
    select
        begun.actor_key,
        begun.email_key,
        begun.begins_at,
        begun.ends_at,
        clicks.link_key,
        min(clicks.known_at) as known_from
    from begun
    inner join clicks
        on
            begun.actor_key = clicks.actor_key
            and begun.email_key = clicks.email_key
            and clicks.occurred_at between begun.begins_at and begun.ends_at
    where clicks.link_key is not null
    group by
        begun.actor_key,
        begun.email_key,
        begun.begins_at,
        begun.ends_at,
        clicks.link_key
),

numbered as (
    select
        *,
        row_number() over (
            partition by actor_key, email_key, begins_at
            order by known_from, link_key
        ) as links_known
    from links
),

bursts as (
    select
        actor_key,
        email_key,
        begins_at,
        ends_at,
        max(case
            when links_known <= {{ number_of_var('bot_distinct_links') }}
                then known_from
        end) as known_from
    from numbered
    group by actor_key, email_key, begins_at, ends_at
    having count(*) >= {{ number_of_var('bot_distinct_links') }}
),

flags as (
    select
        clicks.event_key,
        clicks.event_id,
        clicks.actor_key,
        clicks.event_type,
        clicks.occurred_at,
        clicks.known_at,
        '{{ number_of_var('bot_distinct_links') }} links of one email within '
        || '{{ number_of_var('bot_within_seconds') }} seconds' as reason,
        bursts.known_from
    from clicks
    inner join bursts
        on
            clicks.actor_key = bursts.actor_key
            and clicks.email_key = bursts.email_key
            and clicks.occurred_at between bursts.begins_at and bursts.ends_at
)

select * from flags
