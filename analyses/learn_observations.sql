{{ config(enabled=evidence_is_on()) }}

-- For leadscore learn: moments of history with the attributes known then, in
-- lower case and in the order of the var, and today's score. Python sets the
-- number that follows a comment, so that no more is read than it looks at.
with versions as (
    select
        {% for column in field_columns('lead_attributes').values() -%}
        {{ lowered(column) }} as {{ column }},
        {% endfor -%}
        lead_key as version_key
    from {{ ref('int_leads') }}

    union all

    select
        {% for column in field_columns('lead_attributes').values() -%}
        {{ lowered(column) }} as {{ column }},
        {% endfor -%}
        version_key
    from {{ ref('int_lead_versions') }}
)

select
    {% for column in field_columns('lead_attributes').values() -%}
    versions.{{ column }},
    {% endfor -%}
    evidence.observation_key,
    evidence.lead_id,
    evidence.observed_at,
    evidence.is_won,
    evidence.score
from {{ ref('evidence_observations') }} as evidence
inner join {{ ref('int_observations') }} as observations
    on evidence.observation_key = observations.observation_key
inner join {{ ref('int_score_models') }} as models
    on evidence.model_id = models.model_id and models.is_primary
left join versions on observations.version_key = versions.version_key
where mod(evidence.observation_key, /* every */ 1) = 0
order by evidence.observation_key
