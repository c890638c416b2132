with rules as (
    select
        rules.rule_key,
        rules.model_id,
        rules.group_id,
        score_groups.combine,
        coalesce(rules.reason, rules.rule_id) as told_reason
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_score_groups') }} as score_groups
        on
            rules.model_id = score_groups.model_id
            and rules.group_id = score_groups.group_id
),

-- in a group that counts its best and worst rule only, the others pay nothing
payments as (
    select
        rule_totals.scored_at,
        rule_totals.lead_key,
        rules.model_id,
        rule_totals.rule_key,
        rule_totals.points
    from {{ ref('int_rule_totals') }} as rule_totals
    inner join rules
        on rule_totals.rule_key = rules.rule_key and rules.combine = 'sum'
    where abs(rule_totals.points) > 0.000000001

    union all

    select
        rule_totals.scored_at,
        rule_totals.lead_key,
        rules.model_id,
        rule_totals.rule_key,
        rule_totals.points
    from {{ ref('int_rule_totals') }} as rule_totals
    inner join rules
        on rule_totals.rule_key = rules.rule_key and rules.combine = 'max'
    inner join {{ ref('int_group_totals') }} as group_totals
        on
            rule_totals.scored_at = group_totals.scored_at
            and rule_totals.lead_key = group_totals.lead_key
            and rules.model_id = group_totals.model_id
            and rules.group_id = group_totals.group_id
    where
        abs(rule_totals.points) > 0.000000001
        and rule_totals.points in (group_totals.gained, group_totals.lost)
),

largest as (
    {{ three_largest(
        'payments', ['scored_at', 'lead_key', 'model_id'],
        'abs(round(points, 6))'
    ) }}
),

worded as (
    select
        largest.scored_at,
        largest.lead_key,
        largest.model_id,
        {{ told_payment('first_rules', 'largest.points_1') }}
        || coalesce(
            '; ' || {{ told_payment('second_rules', 'largest.points_2') }}, ''
        )
        || coalesce(
            '; ' || {{ told_payment('third_rules', 'largest.points_3') }}, ''
        )
            as top_reasons
    from largest
    inner join rules as first_rules
        on largest.rule_key_1 = first_rules.rule_key
    left join rules as second_rules
        on largest.rule_key_2 = second_rules.rule_key
    left join rules as third_rules
        on largest.rule_key_3 = third_rules.rule_key
)

select * from worded
