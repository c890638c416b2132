{{ config(enabled=evidence_is_on()) }}

-- For leadscore learn: the events of moments of history, known by then. One
-- that came more than once is one; one that a bot made is none. Python sets the
-- two numbers that follow a comment, so that no more is read than it looks at.
with known as (
    select
        {% for column in field_columns('event_properties').values() -%}
        {{ lowered(trimmed_text(
            'events.' ~ column, list_var('empty_values')
        )) }} as {{ column }},
        {% endfor -%}
        {% for column in field_columns('event_measures').values() -%}
        events.{{ column }},
        {% endfor -%}
        actors.observation_key,
        {{ days_between('events.occurred_at', 'actors.scored_at') }} as age,
        events.event_type,
        row_number() over (
            partition by actors.observation_key, events.event_key
            order by events.arrived_at, events.occurred_at
        ) as place
    from {{ ref('int_event_rows') }} as events
    inner join {{ ref('int_observed_actors') }} as actors
        on events.actor_key = actors.actor_key
    inner join {{ ref('int_observations') }} as observations
        on
            actors.observation_key = observations.observation_key
            and observations.is_evidence
    where
        events.rejection_reason is null
        and events.known_at <= actors.known_by
        and events.occurred_at <= actors.scored_at
        and mod(observations.observation_key, /* every */ 1) = 0
        and events.event_key not in (
            select flagged.event_key
            from {{ ref('int_flagged_clicks') }} as flagged
        )
)

select
    {% for column in field_columns(
        'event_properties', 'event_measures'
    ).values() -%}
    {{ column }},
    {% endfor -%}
    observation_key,
    age,
    event_type
from known
where place = 1 and age <= /* days */ 365
