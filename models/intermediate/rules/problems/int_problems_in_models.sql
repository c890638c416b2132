with score_models as (
    select
        model_id,
        is_primary,
        {{ parsed_number('min_score') }} as min_score,
        {{ parsed_number('max_score') }} as max_score
    from {{ rule_table('score_models') }} as score_models
),

graded_without_limit as (
    select distinct
        group_reach.model_id,
        group_reach.group_id,
        group_reach.dimension
    from {{ ref('int_group_reach') }} as group_reach
    inner join {{ rule_table('grades') }} as grades
        on
            group_reach.model_id = grades.model_id
            and group_reach.dimension = grades.dimension
    where group_reach.reach is null
),

primaries as (
    select sum(case when is_primary = 'true' then 1 else 0 end) as n
    from score_models
),

problems as (
    select
        'score_models.csv' as file,
        '' as model_id,
        '' as rule_id,
        cast(coalesce(n, 0) as {{ dbt.type_string() }})
        || ' models have is_primary true; exactly one must have it' as problem
    from primaries
    where coalesce(n, 0) <> 1

    union all

    select
        'score_models.csv', model_id, model_id,
        'max_score is not above min_score'
    from score_models
    where max_score <= min_score

    union all

    select
        'stages.csv', score_models.model_id, score_models.model_id,
        'has no stage for the model, so that its leads would have none'
    from score_models
    left join {{ rule_table('stages') }} as stages
        on score_models.model_id = stages.model_id
    where stages.model_id is null

    union all

    select
        'score_groups.csv', model_id, group_id,
        'has no max_points, and a rule of it that counts each event has none '
        || 'either, so that the ' || dimension || ' grade has no maximum'
    from graded_without_limit
)

select * from problems
