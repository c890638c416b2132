{{ config(enabled=evidence_is_on()) }}

-- Each lead once, at its first moment of history: later ones leave out whoever
-- was won by then. A merged lead is left out too, since its outcome is one of
-- its survivor.
with first_moments as (
    select
        lead_key,
        min(scored_at) as scored_at
    from {{ ref('int_observations') }}
    where is_evidence
    group by lead_key
)

select
    observations.lead_key,
    observations.version_key,
    moments.is_won
from first_moments
inner join {{ ref('int_observations') }} as observations
    on
        first_moments.lead_key = observations.lead_key
        and first_moments.scored_at = observations.scored_at
        and observations.is_evidence
inner join {{ ref('int_evidence_moments') }} as moments
    on
        first_moments.lead_key = moments.lead_key
        and first_moments.scored_at = moments.observed_at
inner join {{ ref('int_observations') }} as leads
    on first_moments.lead_key = leads.observation_key and leads.is_current
