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

-- The matches are read once for each kind of limit per day: only a limit of
-- more than one takes an order.
unlimited as (
    {{ summed_matches(
        '(' ~ matches_in_window('rules.max_per_day is null') ~ ')'
    ) }}
),

ordered as (
    select
        *,
        row_number() over (
            partition by
                scored_at, lead_key, rule_key, cast(occurred_at as date)
            order by occurred_at
        ) as place_in_day
    from ({{ matches_in_window('rules.max_per_day > 1') }}) as matches
),

limited as (
    select scored_at, lead_key, rule_key, decay, decay_days, occurred_at
    from ordered
    where place_in_day <= max_per_day

    union all

    select
        scored_at,
        lead_key,
        rule_key,
        decay,
        decay_days,
        min(occurred_at) as occurred_at
    from ({{ matches_in_window('rules.max_per_day = 1') }}) as matches
    group by
        scored_at,
        lead_key,
        rule_key,
        decay,
        decay_days,
        cast(occurred_at as date)
),

summed as (
    select * from unlimited
    union all
    {{ summed_matches('limited') }}
)

select
    scored_at,
    lead_key,
    rule_key,
    matched_count,
    first_matched_at,
    last_matched_at,
    factor_sum,
    {{ factor_of_match('last_matched_at') }} as factor_of_newest
from summed
