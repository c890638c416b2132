-- What the rules pay those leads now, and for how many days if nothing else
-- happens.
with counted as (
    select * from {{ ref('int_matches_ahead') }}
),

-- a rule that pays once pays its newest match, each from where it counts on
paying as (
    select
        standing_key,
        rule_key,
        from_day,
        ends_on_day,
        factor,
        loss_per_day
    from counted
    where not pays_once

    union all

    select
        standing_key,
        rule_key,
        from_day,
        case
            when newer_from_day < ends_on_day then newer_from_day
            else ends_on_day
        end as ends_on_day,
        factor,
        loss_per_day
    from (
        select
            *,
            min(from_day) over (
                partition by standing_key, rule_key
                order by occurred_at desc
                rows between unbounded preceding and 1 preceding
            ) as newer_from_day
        from counted
        where pays_once
    ) as newest_first
),

too_few as (
    {{ days_of_too_few('counted') }}
),

waning as (
    select
        paying.standing_key,
        paying.rule_key,
        paying.from_day,
        case
            when too_few.on_day < paying.ends_on_day then too_few.on_day
            else paying.ends_on_day
        end as until_day,
        paying.factor,
        paying.loss_per_day
    from paying
    left join too_few
        on
            paying.standing_key = too_few.standing_key
            and paying.rule_key = too_few.rule_key
)

select * from waning
where from_day < until_day
union all
select * from {{ ref('int_steady_points') }}
