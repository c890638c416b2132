-- The leads that decay or a window may move to another stage. The others would
-- keep theirs if all that wanes were gone at once, gains or losses alone.
with staged as (
    select
        held_stages.scored_at,
        held_stages.model_id,
        held_stages.lead_key,
        held_stages.raw_points,
        limits.min_score,
        limits.max_score,
        limits.falls_below,
        limits.falls_under,
        limits.rises_at,
        limits.rises_from,
        limits.min_days - {{ days_between(
            'held_stages.stage_entered_at', 'held_stages.scored_at'
        ) }} as days_held_yet,
        held_stages.raw_points - coalesce(waning.gained, 0) as without_gains,
        held_stages.raw_points - coalesce(waning.lost, 0) as without_losses
    from {{ ref('int_held_stages') }} as held_stages
    inner join {{ ref('int_stage_limits') }} as limits
        on
            held_stages.model_id = limits.model_id
            and held_stages.stage = limits.stage
    left join {{ ref('int_waning_points') }} as waning
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
