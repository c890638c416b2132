{{ config(enabled=evidence_is_on()) }}

-- Each moment of history under each model: the score that it had by the rules
-- of today and by what was known then, and what became of the lead.
with bands as (
    select
        model_id,
        stage,
        enters_at,
        stage_rank
    from {{ ref('int_stages') }}
),

-- the latest history that any model was fitted on: all are judged by what is
-- later
fitted as (
    select max(fitted_until) as fitted_until
    from {{ ref('int_score_models') }}
),

-- of which there are far fewer than moments
distinct_scores as (
    select distinct
        model_id,
        score
    from {{ ref('int_scores') }}
    where is_evidence
),

staged as (
    select
        distinct_scores.model_id,
        distinct_scores.score,
        max(bands.stage_rank) as stage_rank
    from distinct_scores
    inner join bands
        on
            distinct_scores.model_id = bands.model_id
            and distinct_scores.score >= bands.enters_at
    group by distinct_scores.model_id, distinct_scores.score
)

select
    scores.observation_key,
    scores.model_id,
    leads.lead_id,
    scores.scored_at as observed_at,
    moments.is_won,
    moments.won_amount,
    moments.days_to_close,
    scores.score,
    bands.stage,
    grades.grade,
    coverage.attribute_coverage,
    {{ probability('score_models', 'scores.score') }} as conversion_probability,
    fitted.fitted_until is null
    or scores.scored_at >= {{ time_after(
        'cast(fitted.fitted_until as ' ~ dbt.type_timestamp() ~ ')', 1, 'day'
    ) }} as is_later
from {{ ref('int_scores') }} as scores
inner join {{ ref('int_evidence_moments') }} as moments
    on
        scores.lead_key = moments.lead_key
        and scores.scored_at = moments.observed_at
inner join {{ ref('int_leads') }} as leads on scores.lead_key = leads.lead_key
inner join {{ ref('int_score_models') }} as score_models
    on scores.model_key = score_models.model_key
cross join fitted
left join staged
    on
        scores.model_id = staged.model_id
        and scores.score = staged.score
left join bands
    on
        staged.model_id = bands.model_id
        and staged.stage_rank = bands.stage_rank
left join {{ ref('int_score_grades') }} as grades
    on
        scores.observation_key = grades.observation_key
        and scores.model_id = grades.model_id
left join {{ ref('int_attribute_coverage') }} as coverage
    on
        scores.observation_key = coverage.observation_key
        and scores.model_id = coverage.model_id
where scores.is_evidence
