-- A burst is flagged when the n-th distinct link becomes known; all its clicks
-- are flagged from then on. Of the slices of time within a burst the first
-- links are enough, and only its ends take single clicks (a burst of 0 seconds
-- has nothing else).
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
        slice,
        slice_of_end,
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

first_links as (
    select
        actor_key,
        email_key,
        slice,
        link_key,
        min(known_at) as known_at,
        row_number() over (
            partition by actor_key, email_key, slice
            order by min(known_at), link_key
        ) as place
    from clicks
    where link_key is not null
    group by actor_key, email_key, slice, link_key
),

links_in_parts as (
    select
        begun.*,
        first_links.link_key,
        first_links.known_at
    from begun
    inner join first_links
        on
            begun.actor_key = first_links.actor_key
            and begun.email_key = first_links.email_key
            and begun.slice < first_links.slice
            and begun.slice_of_end > first_links.slice
            and first_links.place <= {{ number_of_var('bot_distinct_links') }}
    {%- for end in ['slice', 'slice_of_end'] %}

    union all

    select
        begun.*,
        clicks.link_key,
        clicks.known_at
    from begun
    inner join clicks
        on
            begun.actor_key = clicks.actor_key
            and begun.email_key = clicks.email_key
            and begun.{{ end }} = clicks.slice
            and clicks.occurred_at between begun.begins_at and begun.ends_at
    where clicks.link_key is not null
    {%- endfor %}
),

links as (
    select
        actor_key,
        email_key,
        slice,
        slice_of_end,
        begins_at,
        ends_at,
        link_key,
        min(known_at) as known_from
    from links_in_parts
    group by
        actor_key, email_key, slice, slice_of_end, begins_at, ends_at, link_key
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
        slice,
        slice_of_end,
        begins_at,
        ends_at,
        known_from
    from numbered
    where links_known = {{ number_of_var('bot_distinct_links') }}
),

known_by_slice as (
    select
        actor_key,
        email_key,
        slice,
        slice_of_end,
        min(known_from) as known_from
    from bursts
    group by actor_key, email_key, slice, slice_of_end
),

flags_in_parts as (
    select
        clicks.event_key,
        known_by_slice.known_from
    from clicks
    inner join known_by_slice
        on
            clicks.actor_key = known_by_slice.actor_key
            and clicks.email_key = known_by_slice.email_key
            and clicks.slice > known_by_slice.slice
            and clicks.slice < known_by_slice.slice_of_end
    {%- for end in ['slice', 'slice_of_end'] %}

    union all

    select
        clicks.event_key,
        bursts.known_from
    from clicks
    inner join bursts
        on
            clicks.actor_key = bursts.actor_key
            and clicks.email_key = bursts.email_key
            and clicks.slice = bursts.{{ end }}
            and clicks.occurred_at between bursts.begins_at and bursts.ends_at
    {%- endfor %}
),

flags as (
    select
        event_key,
        min(known_from) as known_from
    from flags_in_parts
    group by event_key
)

select
    clicks.event_key,
    clicks.event_id,
    clicks.actor_key,
    clicks.event_type,
    clicks.occurred_at,
    clicks.known_at,
    '{{ number_of_var('bot_distinct_links') }} links of one email within '
    || '{{ number_of_var('bot_within_seconds') }} seconds' as reason,
    flags.known_from
from clicks
inner join flags on clicks.event_key = flags.event_key
