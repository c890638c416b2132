-- Over all rows of a rule, whenever valid: a table is broken or sound whatever
-- the day it is read on.
with rule_rows as (
    select
        model_id,
        rule_id,
        group_id,
        rule_type,
        counting,
        {{ parsed_number('points') }} as points,
        {{ parsed_number('max_points') }} as max_points
    from {{ ref('int_rule_rows') }}
),

score_groups as (
    select
        model_id,
        group_id,
        dimension,
        combine,
        {{ parsed_number('max_points') }} as max_points
    from {{ rule_table('score_groups') }} as score_groups
),

rule_row_reach as (
    select
        model_id,
        rule_id,
        group_id,
        {{ rule_reach() }} as reach
    from rule_rows
),

rule_reach as (
    select
        model_id,
        rule_id,
        group_id,
        case when count(*) = count(reach) then max(reach) end as reach
    from rule_row_reach
    group by model_id, rule_id, group_id
),

group_reach as (
    select
        score_groups.model_id,
        score_groups.group_id,
        score_groups.dimension,
        {{ group_reach() }} as reach
    from score_groups
    left join rule_reach
        on
            score_groups.model_id = rule_reach.model_id
            and score_groups.group_id = rule_reach.group_id
    group by
        score_groups.model_id,
        score_groups.group_id,
        score_groups.dimension,
        score_groups.combine,
        score_groups.max_points
)

select * from group_reach
