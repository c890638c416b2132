{#- The stage of each score: the one that it reaches, or the one that the lead
    was in and does not fall out of yet. `scores`: the scores of one moment;
    `previous`: the stay of each lead just before (model_id, lead_key, stage,
    stage_rank, entered_at, the points at entry). -#}
{%- macro held_stages(scores='scores', previous='previous') -%}
select
        scores.*,
        previous.stage as previous_stage,
        coalesce(stages.stage_rank, previous.stage_rank) as previous_rank,
        previous.entered_at as previous_entered_at,
        previous.explicit_points_at_entry,
        previous.implicit_points_at_entry,
        case
            when exclusions.lead_key is not null then 'excluded'
            when {{ lead_scoring.keeps_stage('previous.entered_at') }}
                then stages.stage
            else bands.stage
        end as stage,
        case
            when exclusions.lead_key is not null then 0
            when {{ lead_scoring.keeps_stage('previous.entered_at') }}
                then stages.stage_rank
            else bands.stage_rank
        end as stage_rank,
        case
            when exclusions.lead_key is not null then null
            when {{ lead_scoring.keeps_stage('previous.entered_at') }}
                then stages.next_step
            else bands.next_step
        end as next_step
    from {{ scores }} as scores
    left join {{ ref('int_stage_bands') }} as bands
        on
            scores.model_id = bands.model_id
            and scores.score >= bands.from_score
            and (
                bands.below_score is null
                or scores.score < bands.below_score
            )
    left join {{ ref('int_exclusions') }} as exclusions
        on
            scores.lead_key = exclusions.lead_key
            and scores.scored_at = exclusions.scored_at
    left join {{ previous }} as previous
        on
            scores.model_id = previous.model_id
            and scores.lead_key = previous.lead_key
    left join {{ ref('int_stages') }} as stages
        on
            previous.model_id = stages.model_id
            and previous.stage = stages.stage
{%- endmacro -%}

{#- Whether a lead stays where it was though its score reaches less: not below
    `exits_below` yet, or not yet `min_days` in the stage. -#}
{%- macro keeps_stage(entered_at) -%}
(
                bands.stage_rank < stages.stage_rank
                and (
                    scores.score >= stages.exits_below
                    or {{ lead_scoring.days_between(
                        entered_at, 'scores.scored_at'
                    ) }} < stages.min_days
                )
            )
{%- endmacro -%}

{#- Why a lead is in another stage than before, as far as its points tell. Reads
    the CTE moved. -#}
{%- macro reason_of_move() -%}
case
            when 'excluded' in (moved.stage, moved.previous_stage)
                then 'exclusion'
            when moved.previous_stage is null
                then
                    case when moved.implicit_points
                            > moved.explicit_points + 0.000000001
                        then 'behaviour' else 'attributes' end
            when
                moved.has_new_rules
                and (
                    moved.last_scored_event_at is null
                    or moved.last_scored_event_at <= moved.previous_scored_at
                )
                then 'rules'
            when moved.stage_rank > moved.previous_rank
                then
                    case
                        when
                            moved.explicit_change > 0
                            and moved.explicit_change >= moved.implicit_change
                            then 'attributes'
                        else 'behaviour'
                    end
            when
                moved.explicit_change < 0
                and moved.explicit_change <= moved.implicit_change
                then 'attributes'
            when losses.last_matched_at > moved.previous_scored_at
                then 'behaviour'
            else 'decay'
        end
{%- endmacro -%}
