-- Each model scores each surviving lead once: a lead that was never merged, or
-- that others were merged into. A join that fans out or loses leads shows here.
with survivors as (
    select distinct leads.lead_id
    from {{ ref('int_actor_leads') }} as actor_leads
    inner join {{ ref('int_as_of') }} as as_of
        on
            actor_leads.valid_from <= as_of.scored_at
            and actor_leads.valid_to > as_of.scored_at
    inner join {{ ref('int_leads') }} as leads
        on actor_leads.lead_key = leads.lead_key
),

expected as (
    select
        score_models.model_id,
        survivors.lead_id
    from survivors
    cross join {{ rule_table('score_models') }} as score_models
),

lead_scores as (
    select
        model_id,
        lead_id,
        count(*) as row_count
    from {{ ref('lead_scores') }}
    group by model_id, lead_id
)

select
    expected.model_id,
    expected.lead_id,
    lead_scores.model_id as scored_model_id,
    lead_scores.lead_id as scored_lead_id,
    lead_scores.row_count
from expected
full outer join lead_scores
    on
        expected.model_id = lead_scores.model_id
        and expected.lead_id = lead_scores.lead_id
where
    expected.lead_id is null
    or lead_scores.lead_id is null
    or lead_scores.row_count <> 1
