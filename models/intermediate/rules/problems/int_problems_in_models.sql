with score_models as (
    select
        model_id,
        is_primary,
        {{ parsed_number('min_score') }} as min_score,
        {{ parsed_number('max_score') }} as max_score
    from {{ rule_table('score_models') }} as score_models
),

stages as (
    select
        model_id,
        stage,
        {{ parsed_number('stage_rank') }} as stage_rank,
        {{ parsed_number('enters_at') }} as enters_at,
        {{ parsed_number('exits_below') }} as exits_below,
        min({{ parsed_number('enters_at') }}) over (partition by model_id)
            as lowest_enters_at,
        min({{ parsed_number('stage_rank') }}) over (partition by model_id)
            as lowest_rank
    from {{ rule_table('stages') }} as stages
),

reach as (
    select
        model_id,
        sum(reach) as reach,
        max(case when reach is null then 1 else 0 end) as is_unlimited
    from {{ ref('int_group_reach') }}
    group by model_id
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
        'stages.csv', stages.model_id, stages.stage,
        'is the lowest stage and begins at '
        || {{ number_text('stages.enters_at') }}
        || ', above the model''s min_score '
        || {{ number_text('score_models.min_score') }}
        || ', so that some leads would have no stage'
    from stages
    inner join score_models on stages.model_id = score_models.model_id
    where
        stages.stage_rank = stages.lowest_rank
        and stages.lowest_enters_at > score_models.min_score

    union all

    select
        'stages.csv', stages.model_id, stages.stage,
        'begins at ' || {{ number_text('stages.enters_at') }}
        || ', and no lead can reach that under the caps'
    from stages
    inner join score_models on stages.model_id = score_models.model_id
    left join reach on stages.model_id = reach.model_id
    where
        stages.enters_at > score_models.min_score
        and (
            stages.enters_at > score_models.max_score
            or (
                coalesce(reach.is_unlimited, 0) = 0
                and stages.enters_at > coalesce(reach.reach, 0)
            )
        )

    union all

    select
        'stages.csv', model_id, stage,
        'exits_below ' || {{ number_text('exits_below') }}
        || ' is above enters_at ' || {{ number_text('enters_at') }}
    from stages
    where exits_below > enters_at

    union all

    select
        'stages.csv', model_id, stage,
        'is the name of the stage that exclusions.csv gives; choose another'
    from stages
    where lower(stage) = 'excluded'

    union all

    select
        'score_groups.csv', model_id, group_id,
        'has no max_points, and a rule of it that counts each event has none '
        || 'either, so that the ' || dimension || ' grade has no maximum'
    from graded_without_limit
)

select * from problems
