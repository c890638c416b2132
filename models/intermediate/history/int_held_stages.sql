-- The stage of each lead in this build, held as the history says that it was
-- before: in a look-back too, and under rules that the history does not record.
with as_of as (
    select * from {{ ref('int_as_of') }}
),

scores as (
    select scores.*
    from {{ ref('int_scores') }} as scores
    inner join as_of on scores.scored_at = as_of.scored_at
),

previous as (
    select
        stays.*,
        {{ text_key('stays.lead_id') }} as lead_key
    from {{ ref('lead_stage_history') }} as stays
    inner join as_of
        on
            stays.entered_at < as_of.scored_at
            and (stays.left_at is null or stays.left_at >= as_of.scored_at)
),

held as (
    {{ held_stages() }}
)

select
    ---------- ids
    lead_key,
    lead_id,
    model_key,
    model_id,
    is_primary,

    ---------- score
    scored_at,
    explicit_points,
    implicit_points,
    raw_points,
    score,
    last_scored_event_at,

    ---------- stage
    stage,
    stage_rank,
    next_step,
    case
        when stage = previous_stage then previous_entered_at
        else scored_at
    end as stage_entered_at
from held
