-- Which of those matches count within the limits of their days, and from when.
with matches as (
    select * from {{ ref('int_waning_matches') }}
),

-- few days have more matches than count: only theirs need an order
crowded_days as (
    select
        standing_key,
        rule_key,
        occurred_on
    from matches
    where max_per_day is not null
    group by standing_key, rule_key, occurred_on
    having count(*) > max(max_per_day)
),

ordered as (
    select
        matches.*,
        row_number() over (
            partition by
                matches.standing_key, matches.rule_key, matches.occurred_on
            order by matches.occurred_at
        ) as place_in_day,
        -- and how many of the day's matches leave before it
        rank() over (
            partition by
                matches.standing_key, matches.rule_key, matches.occurred_on
            order by matches.leaves_on_day
        ) - 1 as left_before
    from matches
    inner join crowded_days
        on
            matches.standing_key = crowded_days.standing_key
            and matches.rule_key = crowded_days.rule_key
            and matches.occurred_on = crowded_days.occurred_on
)

-- As a window moves through a day, its earlier matches leave it first; for one
-- day, later ones that were over the limit of the day take their places.
select
    matches.standing_key,
    matches.rule_key,
    matches.min_count,
    matches.pays_once,
    matches.occurred_at,
    0 as from_day,
    matches.leaves_on_day,
    matches.ends_on_day,
    matches.factor,
    matches.loss_per_day
from matches
left join crowded_days
    on
        matches.standing_key = crowded_days.standing_key
        and matches.rule_key = crowded_days.rule_key
        and matches.occurred_on = crowded_days.occurred_on
where crowded_days.standing_key is null

union all

select
    standing_key,
    rule_key,
    min_count,
    pays_once,
    occurred_at,
    case when place_in_day > max_per_day then leaves_on_day - 1 else 0 end
        as from_day,
    leaves_on_day,
    ends_on_day,
    factor,
    loss_per_day
from ordered
where place_in_day - left_before <= max_per_day
