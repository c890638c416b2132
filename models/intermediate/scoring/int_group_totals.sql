with rule_totals as (
    select * from {{ ref('int_rule_totals') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

score_groups as (
    select * from {{ ref('int_score_groups') }}
),

summed as (
    select
        rule_totals.scored_at,
        rule_totals.lead_key,
        rules.model_id,
        rules.group_id,
        sum(rule_totals.points) as rule_points,
        sum(case when rule_totals.points > 0 then rule_totals.points else 0 end)
            as gained,
        sum(case when rule_totals.points < 0 then rule_totals.points else 0 end)
            as lost,
        max(case when rule_totals.points > 0 then rule_totals.points else 0 end)
            as best,
        min(case when rule_totals.points < 0 then rule_totals.points else 0 end)
            as worst
    from rule_totals
    inner join rules on rule_totals.rule_key = rules.rule_key
    group by
        rule_totals.scored_at,
        rule_totals.lead_key,
        rules.model_id,
        rules.group_id
),

combined as (
    select
        summed.scored_at,
        summed.lead_key,
        summed.model_id,
        summed.group_id,
        score_groups.dimension,
        summed.rule_points,
        score_groups.min_points,
        score_groups.max_points,
        case
            when score_groups.combine = 'max' then summed.best
            else summed.gained
        end as gained,
        case
            when score_groups.combine = 'max' then summed.worst
            else summed.lost
        end as lost
    from summed
    inner join score_groups
        on
            summed.model_id = score_groups.model_id
            and summed.group_id = score_groups.group_id
),

capped as (
    select
        scored_at,
        lead_key,
        model_id,
        group_id,
        dimension,
        gained,
        lost,
        rule_points,
        {{ clamped('gained', 'null', 'max_points') }}
        + {{ clamped('lost', 'min_points', 'null') }} as points
    from combined
)

select * from capped
