with score_models as (
    select
        *,
        {{ parsed_number('min_score') }} as lowest_score,
        {{ parsed_number('max_score') }} as highest_score
    from {{ rule_table('score_models') }} as score_models
),

stages as (
    select
        *,
        {{ parsed_number('enters_at') }} as begins_at,
        {{ parsed_number('exits_below') }} as ends_below,
        {{ parsed_number('stage_rank') }} as place,
        min({{ parsed_number('stage_rank') }}) over (partition by model_id)
            as lowest_place,
        min({{ parsed_number('enters_at') }}) over (partition by model_id)
            as lowest_beginning
    from {{ rule_table('stages') }} as stages
),

problems as (
    select
        'stages.csv' as file,
        stages.model_id,
        stages.stage as rule_id,
        'is the lowest stage but begins at ' || stages.enters_at
        || ', so leads below it have no stage; use the min_score of the '
        || 'model, ' || score_models.min_score as problem
    from stages
    inner join score_models on stages.model_id = score_models.model_id
    where
        stages.place = stages.lowest_place
        and stages.lowest_beginning > score_models.lowest_score

    union all

    select
        'stages.csv', model_id, stage,
        'exits_below ' || exits_below || ' is above enters_at ' || enters_at
        || '; use ' || enters_at || ' or less'
    from stages
    where ends_below > begins_at

    union all

    select
        'score_models.csv', '', '',
        cast(count(*) as {{ dbt.type_string() }})
        || ' models have is_primary true; exactly one must have it'
    from score_models
    where is_primary = 'true'
    having count(*) <> 1

    union all

    select
        'score_models.csv', model_id, model_id,
        'max_score ' || max_score || ' is not above min_score ' || min_score
        || '; use a higher max_score'
    from score_models
    where highest_score <= lowest_score

    union all

    select
        'stages.csv', score_models.model_id, score_models.model_id,
        'the model has no stage; add a row for each, the lowest with '
        || 'enters_at ' || coalesce(score_models.min_score, '0')
    from score_models
    left join stages on score_models.model_id = stages.model_id
    where stages.model_id is null
)

select * from problems
