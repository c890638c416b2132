with summed as (
    select
        rule_totals.scored_at,
        rule_totals.lead_key,
        rules.group_key,
        sum(case when rule_totals.points > 0 then rule_totals.points else 0 end)
            as gains,
        sum(case when rule_totals.points < 0 then rule_totals.points else 0 end)
            as losses,
        max(case when rule_totals.points > 0 then rule_totals.points else 0 end)
            as best,
        min(case when rule_totals.points < 0 then rule_totals.points else 0 end)
            as worst
    from {{ ref('int_rule_totals') }} as rule_totals
    inner join {{ ref('int_rules') }} as rules
        on rule_totals.rule_key = rules.rule_key
    group by rule_totals.scored_at, rule_totals.lead_key, rules.group_key
),

combined as (
    select
        summed.*,
        score_groups.model_key,
        score_groups.dimension,
        score_groups.min_points,
        score_groups.max_points,
        case
            when score_groups.combine = 'max' then summed.best
            else summed.gains
        end as gained,
        case
            when score_groups.combine = 'max' then summed.worst
            else summed.losses
        end as lost
    from summed
    inner join {{ ref('int_score_groups') }} as score_groups
        on summed.group_key = score_groups.group_key
)

select
    scored_at,
    lead_key,
    model_key,
    group_key,
    dimension,
    gained,
    lost,
    gains + losses as rule_points,
    {{ clamped('gained', 'null', 'max_points') }}
    + {{ clamped('lost', 'min_points', 'null') }} as points,
    coalesce(
        gained < gains or lost > losses
        or gained > max_points or lost < min_points, false
    ) as is_limited
from combined
