with rule_totals as (
    select * from {{ ref('int_rule_totals') }}
    where abs(points) > 0.000000001
),

rules as (
    select * from {{ ref('int_rules') }}
),

group_totals as (
    select * from {{ ref('int_group_totals') }}
),

placed as (
    select
        rule_totals.scored_at,
        rule_totals.lead_key,
        rules.model_id,
        rule_totals.points,
        coalesce(rules.reason, rules.rule_id) as reason,
        row_number() over (
            partition by
                rule_totals.scored_at, rule_totals.lead_key, rules.model_id
            order by abs(round(rule_totals.points, 6)) desc, rules.rule_id
        ) as place
    from rule_totals
    inner join rules on rule_totals.rule_key = rules.rule_key
    inner join group_totals
        on
            rule_totals.scored_at = group_totals.scored_at
            and rule_totals.lead_key = group_totals.lead_key
            and rules.model_id = group_totals.model_id
            and rules.group_id = group_totals.group_id
    where
        group_totals.combine = 'sum'
        or rule_totals.points in (group_totals.gained, group_totals.lost)
),

worded as (
    select
        scored_at,
        lead_key,
        model_id,
        place,
        reason || ' (' || {{ signed_points('points') }} || ')' as reason
    from placed
    where place <= 3
),

listed as (
    select
        scored_at,
        lead_key,
        model_id,
        max(case when place = 1 then reason end)
        || coalesce('; ' || max(case when place = 2 then reason end), '')
        || coalesce('; ' || max(case when place = 3 then reason end), '')
            as top_reasons
    from worded
    group by scored_at, lead_key, model_id
)

select * from listed
