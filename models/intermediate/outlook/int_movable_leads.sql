-- The leads that decay or a window may move to another stage. The others would
-- keep theirs if all that wanes were gone at once, gains or losses alone.
with as_of as (
    select * from {{ ref('int_as_of') }}
),

rules as (
    select
        rules.rule_key,
        rules.group_key,
        rules.points,
        score_models.model_key,
        {{ is_waning() }} as is_waning
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_score_models') }} as score_models
        on rules.model_id = score_models.model_id
),

-- what wanes, with what the limits took of groups of which all wanes
waning_entries as (
    select
        rule_key as entry_key,
        model_key,
        points > 0 as is_gain
    from rules
    where is_waning

    union all

    select
        group_key as entry_key,
        model_key,
        min(points) > 0 as is_gain
    from rules
    group by group_key, model_key
    having
        min(case when is_waning then 1 else 0 end) = 1
        and (min(points) > 0 or max(points) < 0)
),

waning as (
    select
        entries.lead_key,
        waning_entries.model_key,
        sum(case when waning_entries.is_gain then entries.points else 0 end)
            as gained,
        sum(case when waning_entries.is_gain then 0 else entries.points end)
            as lost
    from {{ ref('int_entries') }} as entries
    inner join as_of on entries.scored_at = as_of.scored_at
    inner join waning_entries
        on entries.entry_key = waning_entries.entry_key
    group by entries.lead_key, waning_entries.model_key
),

-- below which score a lead in the stage falls, and at which it rises
stage_limits as (
    select
        stages.model_id,
        stages.stage,
        stages.min_days,
        score_models.min_score,
        score_models.max_score,
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
    inner join {{ ref('int_score_models') }} as score_models
        on stages.model_id = score_models.model_id
    group by
        stages.model_id,
        stages.stage,
        stages.min_days,
        score_models.min_score,
        score_models.max_score
),

reachable_limits as (
    select
        *,
        case
            when falls_below > min_score
                then {{ least_points_of('falls_below') }}
        end as falls_under,
        case
            when rises_at <= max_score
                then {{ least_points_of('rises_at') }}
        end as rises_from
    from stage_limits
),

staged as (
    select
        held_stages.scored_at,
        held_stages.model_id,
        held_stages.lead_key,
        held_stages.raw_points,
        limits.min_score,
        limits.max_score,
        case when limits.falls_under is not null then limits.falls_below end
            as falls_below,
        case when limits.rises_from is not null then limits.rises_at end
            as rises_at,
        limits.min_days - {{ days_between(
            'held_stages.stage_entered_at', 'held_stages.scored_at'
        ) }} as days_held_yet,
        held_stages.raw_points - coalesce(waning.gained, 0) as without_gains,
        held_stages.raw_points - coalesce(waning.lost, 0) as without_losses,
        limits.falls_under,
        limits.rises_from
    from {{ ref('int_held_stages') }} as held_stages
    inner join reachable_limits as limits
        on
            held_stages.model_id = limits.model_id
            and held_stages.stage = limits.stage
    left join waning
        on
            held_stages.model_key = waning.model_key
            and held_stages.lead_key = waning.lead_key
)

-- Points that are this close may round to either side, and to round them all
-- would take longer: a few leads too many are in here.
select
    cast(row_number() over (order by model_id, lead_key) as integer)
        as standing_key,
    *
from staged
where
    without_gains < falls_under + 0.00001
    or without_losses >= rises_from - 0.00001
