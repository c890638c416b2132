-- What sales see is what the primary model says, of the same leads.
with primary_scores as (
    select lead_scores.*
    from {{ ref('lead_scores') }} as lead_scores
    inner join {{ rule_table('score_models') }} as score_models
        on lead_scores.model_id = score_models.model_id
    where score_models.is_primary = 'true'
),

scored_leads as (
    select * from {{ ref('scored_leads') }}
)

select
    primary_scores.lead_id,
    scored_leads.lead_id as lead_id_in_mart,
    primary_scores.score,
    scored_leads.score as score_in_mart
from primary_scores
full outer join scored_leads
    on
        primary_scores.lead_id = scored_leads.lead_id
        and primary_scores.model_id = scored_leads.model_id
where
    primary_scores.lead_id is null
    or scored_leads.lead_id is null
    or primary_scores.score <> scored_leads.score
    or primary_scores.lead_rank <> scored_leads.lead_rank
    or coalesce(primary_scores.stage, '') <> coalesce(scored_leads.stage, '')
    or coalesce(primary_scores.grade, '') <> coalesce(scored_leads.grade, '')
