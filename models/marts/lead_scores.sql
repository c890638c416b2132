with scores as (
    select * from {{ ref('int_scores') }}
),

as_of as (
    select max(scored_at) as scored_at from {{ ref('int_moments') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

stage_bands as (
    select * from {{ ref('int_stage_bands') }}
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
        case
            when exclusions.lead_key is not null then 'excluded'
            else stage_bands.stage
        end as stage,
        case
            when exclusions.lead_key is not null then 0
            else stage_bands.stage_rank
        end as stage_rank,
        scores.scored_at as stage_entered_at,
        case
            when exclusions.lead_key is null then stage_bands.next_step
        end as next_step,
        exclusions.lead_key is not null as is_excluded,
        exclusions.exclusion_reason,
        coverage.attribute_coverage,
        top_reasons.top_reasons,
        scores.last_scored_event_at,
        scores.is_primary
    from scores
    inner join as_of on scores.scored_at = as_of.scored_at
    inner join leads on scores.lead_key = leads.lead_key
    left join stage_bands
        on
            scores.model_id = stage_bands.model_id
            and scores.score >= stage_bands.from_score
            and (
                stage_bands.below_score is null
                or scores.score < stage_bands.below_score
            )
    left join grades
        on
            scores.lead_key = grades.lead_key
            and scores.model_id = grades.model_id
            and scores.scored_at = grades.scored_at
    left join exclusions on scores.lead_key = exclusions.lead_key
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
        is_primary
    from labelled
)

select * from ranked
