with lead_stages as (
    select * from {{ ref('int_lead_stages') }}
    where basis = 'as_scored'
),

-- on the few columns that it takes, since a window copies all it is given
ranks as (
    select
        observation_key,
        model_key,
        cast(row_number() over (
            partition by model_key
            order by
                stage_rank desc nulls last,
                {{ rounded('raw_points', 6) }} desc,
                last_scored_event_at desc nulls last,
                {{ in_byte_order('lead_id') }} asc
        ) as integer) as lead_rank
    from lead_stages
)

select
    lead_stages.lead_id,
    lead_stages.model_id,
    lead_stages.scored_at,
    lead_stages.explicit_points,
    lead_stages.implicit_points,
    lead_stages.raw_points,
    lead_stages.score,
    grades.grade,
    lead_stages.stage,
    lead_stages.stage_rank,
    lead_stages.stage_entered_at,
    ranks.lead_rank,
    lead_stages.next_step,
    lead_stages.is_excluded,
    lead_stages.exclusion_reason,
    coverage.attribute_coverage,
    top_reasons.top_reasons,
    lead_stages.last_scored_event_at,
    next_changes.next_change_on,
    {{ probability('score_models', 'lead_stages.score') }}
        as conversion_probability,
    lead_stages.is_primary
from lead_stages
inner join ranks
    on
        lead_stages.observation_key = ranks.observation_key
        and lead_stages.model_key = ranks.model_key
left join {{ ref('int_score_models') }} as score_models
    on lead_stages.model_key = score_models.model_key
left join {{ ref('int_score_grades') }} as grades
    on
        lead_stages.observation_key = grades.observation_key
        and lead_stages.model_id = grades.model_id
left join {{ ref('int_attribute_coverage') }} as coverage
    on
        lead_stages.observation_key = coverage.observation_key
        and lead_stages.model_id = coverage.model_id
left join {{ ref('int_top_reasons') }} as top_reasons
    on
        lead_stages.observation_key = top_reasons.observation_key
        and lead_stages.model_key = top_reasons.model_key
left join {{ ref('int_next_changes') }} as next_changes
    on
        lead_stages.observation_key = next_changes.observation_key
        and lead_stages.model_id = next_changes.model_id
