-- The three rules that moved each score of now most, in words. Where the limits
-- of a group hold points back, its largest rules count first.
with rules as (
    select
        rules.rule_key,
        row_number() over (
            order by rules.model_id, rules.rule_id, rules.valid_from
        ) as rule_number,
        score_groups.model_key,
        coalesce(rules.reason, rules.rule_id)
        || case when rules.points < 0 then ' (-' else ' (+' end as told_reason
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_score_groups') }} as score_groups
        on rules.group_key = score_groups.group_key
),

-- few: in most groups every rule counts in full
held_back as (
    select
        group_points.observation_key,
        group_points.group_key,
        group_points.gained_points,
        group_points.lost_points
    from {{ ref('int_group_points') }} as group_points
    inner join {{ ref('int_score_groups') }} as score_groups
        on group_points.group_key = score_groups.group_key
    where
        group_points.gained > group_points.gained_points
        or group_points.lost < group_points.lost_points
        or (
            score_groups.combine = 'max'
            and (
                group_points.rule_points
                <> group_points.gained + group_points.lost
                or group_points.gained * group_points.lost < 0
            )
        )
),

rule_points as (
    select
        rule_points.observation_key,
        rule_points.group_key,
        rules.model_key,
        rules.rule_number,
        rule_points.points > 0 as is_gain,
        abs(rule_points.points) as points,
        case
            when rule_points.points > 0 then held_back.gained_points
            else -held_back.lost_points
        end as most_points
    from {{ ref('int_rule_points') }} as rule_points
    inner join rules on rule_points.rule_key = rules.rule_key
    inner join {{ ref('int_observations') }} as observations
        on
            rule_points.observation_key = observations.observation_key
            and observations.is_current
    left join held_back
        on
            rule_points.observation_key = held_back.observation_key
            and rule_points.group_key = held_back.group_key
    where abs(rule_points.points) > 0.000000001
),

limited as (
    select
        observation_key,
        model_key,
        rule_number,
        points,
        most_points - coalesce(sum(points) over (
            partition by observation_key, group_key, is_gain
            order by points desc, rule_number asc
            rows between unbounded preceding and 1 preceding
        ), 0) as points_left
    from rule_points
    where most_points is not null
),

payments as (
    select
        observation_key,
        model_key,
        rule_number,
        points
    from rule_points
    where most_points is null

    union all

    select
        observation_key,
        model_key,
        rule_number,
        case when points < points_left then points else points_left end
            as points
    from limited
    where points_left > 0.000000001
),

largest as (
    {{ three_largest('payments', ['observation_key', 'model_key']) }}
)

select
    largest.observation_key,
    largest.model_key,
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
    on largest.rule_number_1 = first_rules.rule_number
left join rules as second_rules
    on largest.rule_number_2 = second_rules.rule_number
left join rules as third_rules
    on largest.rule_number_3 = third_rules.rule_number
