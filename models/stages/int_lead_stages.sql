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

-- the first exclusion of each observation that any holds for, by exclusion_id
reasons as (
    select
        rule_key,
        rule_id as exclusion_id,
        reason as exclusion_reason
    from {{ ref('int_rules') }}
    where rule_type = 'exclusion'
),

first_exclusions as (
    select
        lead_matches.observation_key,
        {{ first_text('reasons.exclusion_id') }} as exclusion_id
    from {{ ref('int_lead_matches') }} as lead_matches
    inner join reasons on lead_matches.rule_key = reasons.rule_key
    where
        lead_matches.scored_at >= lead_matches.valid_from
        and lead_matches.scored_at < lead_matches.valid_to
    group by lead_matches.observation_key
),

exclusions as (
    select
        first_exclusions.observation_key,
        reasons.exclusion_reason
    from first_exclusions
    inner join reasons
        on first_exclusions.exclusion_id = reasons.exclusion_id
),

open_stays as (
    select
        stays.*,
        as_of.scored_at,
        {{ text_key('stays.lead_id') }} as actor_key
    from {{ stays_so_far() }} as stays
    inner join {{ ref('int_as_of') }} as as_of
        on
            stays.entered_at < as_of.scored_at
            and (stays.left_at is null or stays.left_at >= as_of.scored_at)
),

-- a lead goes on where those who were merged into it were, if that is further
stays as (
    select
        open_stays.*,
        actor_leads.lead_key,
        row_number() over (
            partition by open_stays.model_id, actor_leads.lead_key
            order by
                open_stays.stage_rank desc,
                case
                    when actor_leads.lead_key = open_stays.actor_key then 0
                    else 1
                end,
                open_stays.entered_at,
                {{ in_byte_order('open_stays.lead_id') }}
        ) as choice
    from open_stays
    inner join {{ ref('int_actor_leads') }} as actor_leads
        on
            open_stays.actor_key = actor_leads.actor_key
            and open_stays.scored_at >= actor_leads.valid_from
            and open_stays.scored_at < actor_leads.valid_to
),

previous as (
    select * from stays
    where choice = 1
),

own as (
    select * from stays
    where lead_key = actor_key
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
        ref('int_stages'), 'exclusions'
    ) }}
),

{{ restated_stages(
    '(select * from scores where is_restated)', 'bands', ref('int_stages'),
    'exclusions'
) }}

select
    'as_scored' as basis,
    as_scored.*,
    case
        when as_scored.stage = own.stage then own.entered_at
        else as_scored.scored_at
    end as stage_entered_at
from as_scored
left join own
    on
        as_scored.model_id = own.model_id
        and as_scored.lead_key = own.lead_key

union all

select
    'restated' as basis,
    restated.*
from restated
