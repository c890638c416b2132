with stages as (
    select * from {{ ref('int_stages') }}
),

-- a higher rank may begin lower, so each threshold takes the highest rank
-- among all that begin at or below it
ranked as (
    select
        thresholds.model_id,
        thresholds.enters_at as from_score,
        stages.stage,
        stages.stage_rank,
        stages.next_step,
        row_number() over (
            partition by thresholds.model_id, thresholds.enters_at
            order by stages.stage_rank desc
        ) as choice
    from (select distinct model_id, enters_at from stages) as thresholds
    inner join stages
        on
            thresholds.model_id = stages.model_id
            and thresholds.enters_at >= stages.enters_at
),

banded as (
    select
        model_id,
        stage,
        stage_rank,
        next_step,
        from_score,
        lead(from_score) over (
            partition by model_id order by from_score
        ) as below_score
    from ranked
    where choice = 1
)

select * from banded
