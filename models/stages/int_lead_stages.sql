-- The stage of each score: the one that it reaches, or the one that the lead
-- was in and does not fall out of yet. The history says in which stage a lead
-- was before this build; a day to restate is held from the day before.
with scores as (
    select
        scores.*,
        leads.lead_id,
        cast(scores.scored_at as date) as scored_on
    from {{ ref('int_scores') }} as scores
    inner join {{ ref('int_leads') }} as leads
        on scores.lead_key = leads.lead_key
),

previous as (
    select
        stays.*,
        {{ text_key('stays.lead_id') }} as lead_key
    from {{ stays_so_far() }} as stays
    inner join {{ ref('int_as_of') }} as as_of
        on
            stays.entered_at < as_of.scored_at
            and (stays.left_at is null or stays.left_at >= as_of.scored_at)
),

-- A stage of a higher rank may begin lower, so each threshold takes the highest
-- rank of all stages that begin at or below it.
reached as (
    select
        thresholds.model_id,
        thresholds.enters_at as from_score,
        max(stages.stage_rank) as stage_rank
    from (
        select distinct model_id, enters_at from {{ ref('int_stages') }}
    ) as thresholds
    inner join {{ ref('int_stages') }} as stages
        on
            thresholds.model_id = stages.model_id
            and thresholds.enters_at >= stages.enters_at
    group by thresholds.model_id, thresholds.enters_at
),

bands as (
    select
        reached.model_id,
        stages.stage,
        stages.stage_rank,
        stages.next_step,
        reached.from_score,
        lead(reached.from_score) over (
            partition by reached.model_id order by reached.from_score
        ) as below_score
    from reached
    inner join {{ ref('int_stages') }} as stages
        on
            reached.model_id = stages.model_id
            and reached.stage_rank = stages.stage_rank
),

as_scored as (
    {{ held_stages(
        '(select * from scores where is_current)', 'previous', 'bands',
        ref('int_stages'), ref('int_exclusions')
    ) }}
),

{{ restated_stages(
    '(select * from scores where is_restated)', 'bands', ref('int_stages'),
    ref('int_exclusions')
) }}

select
    'as_scored' as basis,
    as_scored.*,
    case
        when as_scored.stage = as_scored.previous_stage
            then as_scored.previous_entered_at
        else as_scored.scored_at
    end as stage_entered_at
from as_scored

union all

select
    'restated' as basis,
    restated.*
from restated
