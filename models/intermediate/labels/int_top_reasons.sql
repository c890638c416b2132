with rules as (
    select
        rules.rule_key,
        score_groups.model_key,
        score_groups.group_key,
        score_groups.combine,
        coalesce(rules.reason, rules.rule_id)
        || case when rules.points < 0 then ' (-' else ' (+' end as told_reason
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_score_groups') }} as score_groups
        on rules.group_key = score_groups.group_key
),

limited_groups as (
    select * from {{ ref('int_entries') }}
    where gained is not null
),

-- in a group that counts its best and worst rule only, the others pay nothing
payments as (
    select
        entries.lead_key,
        rules.model_key,
        rules.rule_key,
        abs(entries.points) as points
    from {{ ref('int_entries') }} as entries
    inner join rules
        on entries.entry_key = rules.rule_key and rules.combine = 'sum'
    where abs(entries.points) > 0.000000001

    union all

    select
        entries.lead_key,
        rules.model_key,
        rules.rule_key,
        abs(entries.points) as points
    from {{ ref('int_entries') }} as entries
    inner join rules
        on entries.entry_key = rules.rule_key and rules.combine = 'max'
    left join limited_groups
        on
            rules.group_key = limited_groups.entry_key
            and entries.lead_key = limited_groups.lead_key
    where
        abs(entries.points) > 0.000000001
        and (
            limited_groups.entry_key is null
            or entries.points in (limited_groups.gained, limited_groups.lost)
        )
),

largest as (
    {{ three_largest('payments', ['lead_key', 'model_key']) }}
)

select
    largest.lead_key,
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
    on largest.rule_key_1 = first_rules.rule_key
left join rules as second_rules
    on largest.rule_key_2 = second_rules.rule_key
left join rules as third_rules
    on largest.rule_key_3 = third_rules.rule_key
