-- Counts all rows of a rule, whether valid today or not: a rule table is broken
-- or sound on every day.
with rules as (
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

row_reach as (
    select
        model_id,
        rule_id,
        group_id,
        {{ rule_reach() }} as reach
    from rules
),

rule_reach as (
    select
        model_id,
        rule_id,
        group_id,
        case when count(*) = count(reach) then max(reach) end as reach
    from row_reach
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
),

-- rounded as a score is: 0.1 + 0.2 + 0.6 reaches 0.9
model_reach as (
    select
        model_id,
        case when count(*) = count(reach)
                then {{ rounded_score('sum(reach)') }}
        end as reach,
        true as has_groups
    from group_reach
    group by model_id
),

score_models as (
    select
        model_id,
        {{ parsed_number('min_score') }} as lowest_score,
        {{ parsed_number('max_score') }} as highest_score
    from {{ rule_table('score_models') }} as score_models
),

stages as (
    select
        *,
        {{ parsed_number('enters_at') }} as begins_at
    from {{ rule_table('stages') }} as stages
),

problems as (
    select
        'stages.csv' as file,
        stages.model_id,
        stages.stage as rule_id,
        'no lead can reach ' || stages.enters_at || ' points, by max_points '
        || 'of the groups and max_score of the model; lower enters_at, or '
        || 'raise these' as problem
    from stages
    inner join score_models on stages.model_id = score_models.model_id
    left join model_reach on stages.model_id = model_reach.model_id
    where
        stages.begins_at > score_models.lowest_score
        and (
            stages.begins_at > score_models.highest_score
            or stages.begins_at > model_reach.reach
            or (model_reach.has_groups is null and stages.begins_at > 0)
        )

    union all

    select distinct
        'score_groups.csv', group_reach.model_id, group_reach.group_id,
        'max_points is empty here and in a rule of the group that counts each '
        || 'event, so the ' || group_reach.dimension
        || ' grade has no maximum; fill in one of them'
    from group_reach
    inner join {{ rule_table('grades') }} as grades
        on
            group_reach.model_id = grades.model_id
            and group_reach.dimension = grades.dimension
    where group_reach.reach is null
)

select * from problems
