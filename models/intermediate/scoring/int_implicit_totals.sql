-- Merged leads and linked visitors; everybody else counts for themselves.
with moved as (
    select * from {{ ref('int_actors') }}
    where is_merged
),

rules as (
    select
        moments.scored_at,
        {{ days_before('moments.scored_at', 'rules.window_days') }}
            as window_begins_at,
        rules.*
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_moments') }} as moments
        on {{ is_valid_at('moments.scored_at') }}
    where rules.rule_type = 'implicit'
),

-- the table is read twice, since only rules with a limit per day need an order
unlimited as (
    {{ matches_in_window('rules.max_per_day is null') }}
),

ordered as (
    select
        *,
        row_number() over (
            partition by
                scored_at, lead_key, rule_key, cast(occurred_at as date)
            order by occurred_at
        ) as place_in_day
    from ({{ matches_in_window('rules.max_per_day is not null') }}) as limited
),

counted as (
    select scored_at, lead_key, rule_key, occurred_at, factor
    from unlimited

    union all

    select scored_at, lead_key, rule_key, occurred_at, factor
    from ordered
    where place_in_day <= max_per_day
),

summed as (
    select
        scored_at,
        lead_key,
        rule_key,
        count(*) as matched_count,
        min(occurred_at) as first_matched_at,
        max(occurred_at) as last_matched_at,
        sum(factor) as factor_sum,
        max(factor) as factor_of_newest
    from counted
    group by scored_at, lead_key, rule_key
)

select * from summed
