-- Now as day 0, and the beginning of each day to look ahead. Within a span no
-- rule begins or ends, so that gains and losses only fade.
with as_of as (
    select * from {{ ref('int_as_of') }}
),

numbers as (
    {{ dbt.generate_series(whole_number_var('outlook_days', 366, 30) + 1) }}
),

days as (
    select
        score_models.model_id,
        cast(numbers.generated_number - 1 as integer) as day_number,
        case
            when numbers.generated_number = 1 then as_of.scored_at
            else {{ day_after(
                'as_of.scored_at', 'numbers.generated_number - 1'
            ) }}
        end as day_at
    from numbers
    cross join as_of
    cross join {{ ref('int_score_models') }} as score_models
),

marked as (
    select
        days.model_id,
        days.day_number,
        days.day_at,
        max(case when rules.rule_key is not null then 1 else 0 end) as is_new
    from days
    left join {{ ref('int_rules') }} as rules
        on
            days.model_id = rules.model_id
            and days.day_number > 0
            and (
                cast(days.day_at as date) = rules.valid_from
                or cast(days.day_at as date) = rules.valid_to
                -- where such a window cuts a day, a later match of that day may
                -- take the place of an earlier one: gains do not only fade
                or (
                    rules.window_days <> floor(rules.window_days)
                    and rules.max_per_day is not null
                )
            )
    group by days.model_id, days.day_number, days.day_at
)

select
    model_id,
    day_number,
    day_at,
    sum(is_new) over (
        partition by model_id order by day_number
        rows between unbounded preceding and current row
    ) as span
from marked
