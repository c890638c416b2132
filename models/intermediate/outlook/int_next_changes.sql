-- The first day on which those leads are in another stage.
with movable_leads as (
    select * from {{ ref('int_movable_leads') }}
),

points_ahead as (
    select * from {{ ref('int_points_ahead') }}
),

paying_groups as (
    select * from {{ ref('int_score_groups') }}
),

payers as (
    select
        rules.rule_key,
        rules.counting,
        rules.points,
        rules.max_points,
        case when rules.decay = 'half_life' then rules.decay_days end
            as half_life_days,
        rules.group_key
    from {{ ref('int_rules') }} as rules
),

last_days as (
    select
        standing_key,
        max(until_day) as until_day
    from points_ahead
    where until_day < {{ day_of_no_build() }}
    group by standing_key
),

leads as (
    select
        movable_leads.*,
        cast(least(
            greatest(
                coalesce(last_days.until_day, 0),
                ceil(movable_leads.days_held_yet),
                1
            ),
            4096
        ) as integer) as days_ahead
    from movable_leads
    left join last_days
        on movable_leads.standing_key = last_days.standing_key
),

{{ search_spans(rounds=12) }}

select
    leads.scored_at,
    leads.model_id,
    leads.lead_key,
    found.changes_on_day,
    cast({{ time_after(
        'leads.scored_at', 'found.changes_on_day', 'day'
    ) }} as date) as next_change_on
from found
inner join leads on found.standing_key = leads.standing_key
