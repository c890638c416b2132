with score_models as (
    select
        model_id,
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

-- rounded as a score is: 0.1 + 0.2 + 0.6 reaches 0.9
reach as (
    select
        model_id,
        {{ rounded_score('sum(reach)') }} as reach,
        max(case when reach is null then 1 else 0 end) as is_unlimited
    from {{ ref('int_group_reach') }}
    group by model_id
),

problems as (
    select
        'stages.csv' as file,
        stages.model_id,
        stages.stage as rule_id,
        'is the lowest stage and begins at '
        || {{ number_text('stages.enters_at') }}
        || ', above the model' || chr(39) || 's min_score '
        || {{ number_text('score_models.min_score') }}
        || ', so that some leads would have no stage'
            as problem
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
)

select * from problems
