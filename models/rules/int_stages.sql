-- depends_on: {{ ref('int_rule_problems') }}
with stages as (
    select
        model_id,
        stage,
        next_step,
        cast({{ parsed_number('stage_rank') }} as integer) as stage_rank,
        {{ parsed_number('enters_at') }} as enters_at,
        coalesce(
            {{ parsed_number('exits_below') }}, {{ parsed_number('enters_at') }}
        ) as exits_below,
        coalesce({{ parsed_number('min_days') }}, 0) as min_days
    from {{ rule_table('stages') }} as stages
),

lowest as (
    select
        model_id,
        min(stage_rank) as stage_rank
    from stages
    group by model_id
),

-- A lead is marketing qualified from the stage on that the var mql_stage names,
-- or, where the var is empty, from the second stage on.
qualified as (
    select
        stages.model_id,
        min(stages.stage_rank) as stage_rank
    from stages
    inner join lowest on stages.model_id = lowest.model_id
    where
        case
            when {{ quoted_list([(var('mql_stage') or '') | trim]) }} = ''
                then stages.stage_rank > lowest.stage_rank
            else lower(stages.stage)
                = {{ quoted_list([(var('mql_stage') or '') | trim]) }}
        end
    group by stages.model_id
)

select
    stages.*,
    coalesce(stages.stage_rank >= qualified.stage_rank, false) as is_mql
from stages
left join qualified on stages.model_id = qualified.model_id
