-- A lead is in the highest stage that its score reaches, looked up here in
-- stages.csv itself, or in a higher one where it is not below exits_below or
-- not min_days yet; an excluded one is in none, and nobody is told to call it.
-- The call list numbers the leads of a model from 1 on without a gap, and goes
-- down by stage, then by points.
with stages as (
    select
        model_id,
        stage,
        next_step,
        {{ parsed_number('stage_rank') }} as stage_rank,
        {{ parsed_number('enters_at') }} as enters_at,
        coalesce(
            {{ parsed_number('exits_below') }}, {{ parsed_number('enters_at') }}
        ) as exits_below,
        coalesce({{ parsed_number('min_days') }}, 0) as min_days
    from {{ rule_table('stages') }} as stages
),

reached as (
    select
        lead_scores.model_id,
        lead_scores.lead_id,
        max(stages.stage_rank) as stage_rank
    from {{ ref('lead_scores') }} as lead_scores
    left join stages
        on
            lead_scores.model_id = stages.model_id
            and lead_scores.score >= stages.enters_at
    group by lead_scores.model_id, lead_scores.lead_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by model_id order by lead_rank
        ) as place,
        lag(stage_rank) over (
            partition by model_id order by lead_rank
        ) as stage_rank_above,
        lag({{ rounded('raw_points', 6) }}) over (
            partition by model_id order by lead_rank
        ) as points_above
    from {{ ref('lead_scores') }}
)

select
    ranked.model_id,
    ranked.lead_id,
    ranked.score,
    ranked.stage,
    ranked.stage_rank,
    ranked.next_step,
    ranked.lead_rank,
    reached.stage_rank as reached_rank
from ranked
inner join reached
    on
        ranked.model_id = reached.model_id
        and ranked.lead_id = reached.lead_id
left join stages
    on
        ranked.model_id = stages.model_id
        and ranked.stage = stages.stage
where
    ranked.lead_rank <> ranked.place
    or ranked.stage_rank > ranked.stage_rank_above
    or (
        ranked.stage_rank = ranked.stage_rank_above
        and {{ rounded('ranked.raw_points', 6) }} > ranked.points_above
    )
    or case
        when ranked.is_excluded
            then
                ranked.stage <> 'excluded'
                or ranked.stage_rank <> 0
                or ranked.next_step is not null
        else
            coalesce(ranked.stage_rank, -1) < coalesce(reached.stage_rank, -1)
            or (
                ranked.stage_rank > reached.stage_rank
                and ranked.score < stages.exits_below
                and {{ days_between(
                    'ranked.stage_entered_at', 'ranked.scored_at'
                ) }} >= stages.min_days
            )
            or coalesce(ranked.stage_rank, -1)
            <> coalesce(stages.stage_rank, -1)
            or coalesce(ranked.next_step, '') <> coalesce(stages.next_step, '')
    end
