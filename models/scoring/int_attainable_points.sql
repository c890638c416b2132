-- The most points that a dimension can have on each day scored.
with days as (
    select distinct rules_on
    from {{ ref('int_observations') }}
),

reachable as (
    select
        days.rules_on,
        rules.group_key,
        rules.rule_id,
        {{ rule_reach() }} as reach
    from {{ ref('int_rules') }} as rules
    inner join days on {{ is_valid_at('days.rules_on') }}
),

grouped as (
    select
        days.rules_on,
        score_groups.model_id,
        score_groups.group_id,
        score_groups.dimension,
        {{ group_reach() }} as reach
    from {{ ref('int_score_groups') }} as score_groups
    cross join days
    left join reachable
        on
            score_groups.group_key = reachable.group_key
            and days.rules_on = reachable.rules_on
    group by
        days.rules_on,
        score_groups.model_id,
        score_groups.group_id,
        score_groups.dimension,
        score_groups.combine,
        score_groups.max_points
)

select
    rules_on,
    model_id,
    dimension,
    sum(reach) as points
from grouped
group by rules_on, model_id, dimension
