with matched_events as (
    select * from {{ ref('int_matched_events') }}
),

actors as (
    select * from {{ ref('int_actors') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

matches as (
    select
        actors.scored_at,
        actors.lead_key,
        matched_events.rule_key,
        matched_events.event_id,
        matched_events.occurred_at,
        rules.max_per_day,
        rules.window_days,
        rules.decay,
        rules.decay_days,
        {{ days_between('matched_events.occurred_at', 'actors.scored_at') }}
            as age
    from matched_events
    inner join actors
        on
            matched_events.actor_id = actors.actor_id
            and matched_events.is_anonymous = actors.is_anonymous
            and matched_events.counts_from <= actors.scored_at
            and (
                matched_events.counts_until is null
                or matched_events.counts_until > actors.scored_at
            )
    inner join rules
        on
            matched_events.rule_key = rules.rule_key
            and {{ is_valid_at('actors.scored_at') }}
),

windowed as (
    select
        *,
        coalesce(age <= window_days, true) as is_in_window
    from matches
),

placed as (
    select
        *,
        row_number() over (
            partition by
                scored_at, lead_key, rule_key, is_in_window,
                cast(occurred_at as date)
            order by occurred_at, event_id
        ) as place_in_day
    from windowed
),

counted as (
    select
        scored_at,
        lead_key,
        rule_key,
        occurred_at,
        case
            when
                is_in_window
                and (max_per_day is null or place_in_day <= max_per_day)
                then {{ decay_factor('decay', 'decay_days', 'age') }}
        end as factor
    from placed
),

summed as (
    select
        scored_at,
        lead_key,
        rule_key,
        max(occurred_at) as newest_match_at,
        count(factor) as matched_count,
        min(case when factor is not null then occurred_at end)
            as first_matched_at,
        max(case when factor is not null then occurred_at end)
            as last_matched_at,
        sum(factor) as factor_sum,
        max(factor) as factor_of_newest
    from counted
    group by scored_at, lead_key, rule_key
)

select * from summed
