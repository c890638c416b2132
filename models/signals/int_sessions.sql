-- Sessions made of page views, as events. Made for each observation, since a
-- page view that arrives later, or a visitor who turns out to be a lead, makes
-- other sessions. None where the source has sessions of its own.
with signatures as (
    select signatures.signature_key
    from {{ ref('int_event_signatures') }} as signatures
    inner join {{ ref('int_scored_event_types') }} as event_types
        on event_types.event_type = 'session'
    where
        signatures.event_type = {{ quoted_list(
            [var('page_view_event_type')]
        ) }}
        and signatures.signature_key not in (
            select matches.signature_key
            from {{ ref('int_signature_matches') }} as matches
            where matches.rule_type = 'bot'
        )
        and {{ number_of_var('session_gap_minutes') }} >= 0
        and not exists (
            select 1
            from {{ ref('int_events') }} as events
            inner join {{ ref('int_event_signatures') }} as session_signatures
                on events.signature_key = session_signatures.signature_key
            where session_signatures.event_type = 'session'
        )
),

page_views as (
    select
        actors.observation_key,
        actors.scored_at,
        actors.known_by,
        events.event_key,
        events.occurred_at
    from {{ ref('int_scorable_events') }} as events
    inner join signatures on events.signature_key = signatures.signature_key
    inner join {{ ref('int_observed_actors') }} as actors
        on
            events.actor_key = actors.actor_key
            and {{ is_known('events', 'actors') }}
),

followed as (
    select
        *,
        lag(occurred_at) over (
            partition by observation_key order by occurred_at, event_key
        ) as previous_at
    from page_views
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
            partition by observation_key order by occurred_at, event_key
            rows between unbounded preceding and current row
        ) as session_number
    from followed
),

sessions as (
    select
        observation_key,
        scored_at,
        known_by,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as page_views
    from numbered
    group by observation_key, scored_at, known_by, session_number
),

measured as (
    select
        sessions.*,
        {% for column in field_columns('event_properties').values() -%}
        cast(null as {{ dbt.type_string() }}) as {{ column }},
        {% endfor -%}
        {% for measure, column in field_columns('event_measures').items() -%}
        cast({{ {
            'duration_seconds': '(' ~ epoch_microseconds('ended_at') ~ ' - '
                ~ epoch_microseconds('started_at') ~ ') / 1000000.0',
            'page_views': 'page_views',
        }.get(measure, 'null') }} as {{ type_double() }})
            as {{ column }},
        {% endfor -%}
        'session' as event_type
    from sessions
),

signed as (
    select
        measured.observation_key,
        measured.scored_at,
        measured.known_by,
        measured.started_at,
        {{ signature_fields('measured', 'event_types', compared_numbers(
            ref('int_conditions'), ref('int_condition_items')
        )) }}
        measured.event_type
    from measured
    inner join {{ ref('int_scored_event_types') }} as event_types
        on measured.event_type = event_types.event_type
)

select
    signed.observation_key,
    signed.scored_at,
    signed.known_by,
    {{ signature_key('signed') }} as signature_key,
    signed.started_at as occurred_at,
    signed.known_by as known_at,
    cast(null as {{ dbt.type_timestamp() }}) as flagged_at
from signed
