with held_stages as (
    select * from {{ ref('int_held_stages') }}
),

-- on the few columns that it takes, since a window copies all it is given
ranks as (
    select
        lead_key,
        model_key,
        cast(row_number() over (
            partition by model_key
            order by
                stage_rank desc nulls last,
                {{ rounded('raw_points', 6) }} desc,
                last_scored_event_at desc nulls last,
                {{ in_byte_order('lead_id') }} asc
        ) as integer) as lead_rank
    from held_stages
)

select
    held_stages.lead_id,
    held_stages.model_id,
    held_stages.scored_at,
    held_stages.explicit_points,
    held_stages.implicit_points,
    held_stages.raw_points,
    held_stages.score,
    grades.grade,
    held_stages.stage,
    held_stages.stage_rank,
    held_stages.stage_entered_at,
    ranks.lead_rank,
    held_stages.next_step,
    exclusions.lead_key is not null as is_excluded,
    exclusions.exclusion_reason,
    coverage.attribute_coverage,
    top_reasons.top_reasons,
    held_stages.last_scored_event_at,
    next_changes.next_change_on,
    held_stages.is_primary
from held_stages
inner join ranks
    on
        held_stages.lead_key = ranks.lead_key
        and held_stages.model_key = ranks.model_key
left join {{ ref('int_score_grades') }} as grades
    on
        held_stages.lead_key = grades.lead_key
        and held_stages.model_id = grades.model_id
        and held_stages.scored_at = grades.scored_at
left join {{ ref('int_exclusions') }} as exclusions
    on
        held_stages.lead_key = exclusions.lead_key
        and held_stages.scored_at = exclusions.scored_at
left join {{ ref('int_attribute_coverage') }} as coverage
    on
        held_stages.lead_key = coverage.lead_key
        and held_stages.model_id = coverage.model_id
        and held_stages.scored_at = coverage.scored_at
left join {{ ref('int_top_reasons') }} as top_reasons
    on
        held_stages.lead_key = top_reasons.lead_key
        and held_stages.model_key = top_reasons.model_key
left join {{ ref('int_next_changes') }} as next_changes
    on
        held_stages.lead_key = next_changes.lead_key
        and held_stages.model_id = next_changes.model_id
        and held_stages.scored_at = next_changes.scored_at
