{#- The stage of each score: the one that it reaches, or the one that the lead
    was in and does not fall out of yet. `scores`: the scores of one as-of time;
    `previous`: the stay of each lead just before (model_id, lead_key, stage,
    stage_rank, entered_at, the points at entry); `bands`: which stage a score
    from `from_score` and below `below_score` reaches; `stages`,
    `exclusions`: relations. -#}
{%- macro held_stages(scores, previous, bands, stages, exclusions) -%}
select
        scores.*,
        previous.stage as previous_stage,
        coalesce(stages.stage_rank, previous.stage_rank) as previous_rank,
        previous.entered_at as previous_entered_at,
        previous.explicit_points_at_entry,
        previous.implicit_points_at_entry,
        exclusions.observation_key is not null as is_excluded,
        exclusions.exclusion_reason,
        {%- for column, value in [
            ('stage', "'excluded'"), ('stage_rank', '0'), ('next_step', 'null')
        ] %}
        case
            when exclusions.observation_key is not null then {{ value }}
            -- not below exits_below yet, or not yet min_days in the stage
            when
                bands.stage_rank < stages.stage_rank
                and (
                    scores.score >= stages.exits_below
                    or {{ lead_scoring.days_between(
                        'previous.entered_at', 'scores.scored_at'
                    ) }} < stages.min_days
                )
                then stages.{{ column }}
            else bands.{{ column }}
        end as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ scores }} as scores
    left join {{ bands }} as bands
        on
            scores.model_id = bands.model_id
            and scores.score >= bands.from_score
            and (
                bands.below_score is null
                or scores.score < bands.below_score
            )
    left join {{ exclusions }} as exclusions
        on scores.observation_key = exclusions.observation_key
    left join {{ previous }} as previous
        on
            scores.model_id = previous.model_id
            and scores.lead_key = previous.lead_key
    left join {{ stages }} as stages
        on
            previous.model_id = stages.model_id
            and previous.stage = stages.stage
{%- endmacro -%}

{#- Why a lead is in another stage than before, as far as its points tell. Reads
    the CTE moved. -#}
{%- macro reason_of_move() -%}
case
            when moved.stage = moved.previous_stage then 'merge'
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
