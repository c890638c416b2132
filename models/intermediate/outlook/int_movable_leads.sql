-- The leads that decay or a window may move to another stage. The others would
-- keep theirs if all that wanes were gone at once, gains or losses alone.
with as_of as (
    select * from {{ ref('int_as_of') }}
),

rules as (
    select * from {{ ref('int_rules') }} as rules
    where {{ is_waning() }}
),

waning as (
    select
        entries.lead_key,
        rules.model_id,
        sum(case when entries.points > 0 then entries.points else 0 end)
            as gained,
        sum(case when entries.points < 0 then entries.points else 0 end)
            as lost
    from {{ ref('int_entries') }} as entries
    inner join as_of on entries.scored_at = as_of.scored_at
    inner join rules on entries.entry_key = rules.rule_key
    group by entries.lead_key, rules.model_id
),

-- below which score a lead in the stage falls, and at which it rises
stage_limits as (
    select
        stages.model_id,
        stages.stage,
        stages.min_days,
        min(case
            when bands.stage_rank < stages.stage_rank then null
            when bands.from_score < stages.exits_below then bands.from_score
            else stages.exits_below
        end) as falls_below,
        min(case
            when bands.stage_rank > stages.stage_rank then bands.from_score
        end) as rises_at
    from {{ ref('int_stages') }} as stages
    inner join {{ ref('int_stage_bands') }} as bands
        on stages.model_id = bands.model_id
    group by stages.model_id, stages.stage, stages.min_days
),

staged as (
    select
        scores.scored_at,
        scores.model_id,
        scores.lead_key,
        scores.raw_points,
        scores.min_score,
        scores.max_score,
        case
            when stage_limits.falls_below > scores.min_score
                then stage_limits.falls_below
        end as falls_below,
        case
            when stage_limits.rises_at <= scores.max_score
                then stage_limits.rises_at
        end as rises_at,
        stage_limits.min_days - {{ days_between(
            'held_stages.stage_entered_at', 'scores.scored_at'
        ) }} as days_held_yet,
        scores.raw_points - coalesce(waning.gained, 0) as without_gains,
        scores.raw_points - coalesce(waning.lost, 0) as without_losses
    from {{ ref('int_scores') }} as scores
    inner join {{ ref('int_held_stages') }} as held_stages
        on
            scores.scored_at = held_stages.scored_at
            and scores.model_id = held_stages.model_id
            and scores.lead_key = held_stages.lead_key
    inner join stage_limits
        on
            held_stages.model_id = stage_limits.model_id
            and held_stages.stage = stage_limits.stage
    left join waning
        on
            scores.model_id = waning.model_id
            and scores.lead_key = waning.lead_key
)

select
    cast(row_number() over (order by model_id, lead_key) as integer)
        as standing_key,
    *,
    {{ least_points_of('falls_below') }} as falls_under,
    {{ least_points_of('rises_at') }} as rises_from
from staged
where
    {{ score_of('without_gains') }} < falls_below
    or {{ score_of('without_losses') }} >= rises_at
