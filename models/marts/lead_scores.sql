with scores as (
    select * from {{ ref('int_scores') }}
),

as_of as (
    select max(scored_at) as scored_at from {{ ref('int_moments') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

held_stages as (
    select * from {{ ref('int_held_stages') }}
),

grades as (
    select * from {{ ref('int_score_grades') }}
),

exclusions as (
    select * from {{ ref('int_exclusions') }}
),

coverage as (
    select * from {{ ref('int_attribute_coverage') }}
),

top_reasons as (
    select * from {{ ref('int_top_reasons') }}
),

next_changes as (
    select * from {{ ref('int_next_changes') }}
),

labelled as (
    select
        leads.lead_id,
        scores.model_id,
        scores.scored_at,
        scores.explicit_points,
        scores.implicit_points,
        scores.raw_points,
        scores.score,
        grades.grade,
        held_stages.stage,
        held_stages.stage_rank,
        held_stages.stage_entered_at,
        held_stages.next_step,
        exclusions.lead_key is not null as is_excluded,
        exclusions.exclusion_reason,
        coverage.attribute_coverage,
        top_reasons.top_reasons,
        scores.last_scored_event_at,
        next_changes.next_change_on,
        scores.is_primary
    from scores
    inner join as_of on scores.scored_at = as_of.scored_at
    inner join leads on scores.lead_key = leads.lead_key
    inner join held_stages
        on
            scores.lead_key = held_stages.lead_key
            and scores.model_id = held_stages.model_id
            and scores.scored_at = held_stages.scored_at
    left join grades
        on
            scores.lead_key = grades.lead_key
            and scores.model_id = grades.model_id
            and scores.scored_at = grades.scored_at
    left join exclusions
        on
            scores.lead_key = exclusions.lead_key
            and scores.scored_at = exclusions.scored_at
    left join coverage
        on
            scores.lead_key = coverage.lead_key
            and scores.model_id = coverage.model_id
            and scores.scored_at = coverage.scored_at
    left join top_reasons
        on
            scores.lead_key = top_reasons.lead_key
            and scores.model_id = top_reasons.model_id
            and scores.scored_at = top_reasons.scored_at
    left join next_changes
        on
            scores.lead_key = next_changes.lead_key
            and scores.model_id = next_changes.model_id
            and scores.scored_at = next_changes.scored_at
),

ranked as (
    select
        lead_id,
        model_id,
        scored_at,
        explicit_points,
        implicit_points,
        raw_points,
        score,
        grade,
        stage,
        stage_rank,
        stage_entered_at,
        cast(row_number() over (
            partition by model_id
            order by
                stage_rank desc nulls last,
                round(raw_points, 6) desc,
                last_scored_event_at desc nulls last,
                lead_id asc
        ) as integer) as lead_rank,
        next_step,
        is_excluded,
        exclusion_reason,
        attribute_coverage,
        top_reasons,
        last_scored_event_at,
        next_change_on,
        is_primary
    from labelled
)

select * from ranked
