-- As known at each moment, since a page view that arrives later, or a visitor
-- who turns out to be a lead, makes other sessions.
with moved as (
    select * from {{ ref('int_actors') }}
    where is_merged
),

-- none where sessions are not made here
signatures as (
    select signatures.signature_key
    from {{ ref('int_event_signatures') }} as signatures
    inner join {{ ref('int_event_types') }} as event_types
        on signatures.event_type = {{ page_view_type() }}
    left join {{ ref('int_bot_signatures') }} as bots
        on signatures.signature_key = bots.signature_key
    where event_types.is_derived and bots.signature_key is null
),

page_views as (
    select events.*
    from {{ ref('int_scorable_events') }} as events
    where
        events.signature_key in (
            select signatures.signature_key from signatures
        )
),

resolved as (
    select
        moments.scored_at,
        coalesce(moved.lead_key, page_views.actor_key) as lead_key,
        page_views.event_key,
        page_views.occurred_at
    from page_views
    inner join {{ ref('int_moments') }} as moments
        on {{ counts_at('page_views', 'moments.scored_at') }}
    left join moved
        on
            page_views.actor_key = moved.actor_key
            and moments.scored_at = moved.scored_at
),

followed as (
    select
        *,
        lag(occurred_at) over (
            partition by scored_at, lead_key order by occurred_at, event_key
        ) as previous_at
    from resolved
),

numbered as (
    select
        *,
        sum(case
            when occurred_at <= {{ time_after(
                'previous_at', number_of_var('session_gap_minutes'), 'minute'
            ) }} then 0
            else 1
        end) over (
            partition by scored_at, lead_key
            order by occurred_at, event_key
            rows between unbounded preceding and current row
        ) as session_number
    from followed
)

select
    scored_at,
    lead_key,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    count(*) as page_views
from numbered
group by scored_at, lead_key, session_number
