-- The lead of each observation, the leads that are merged into it by then, and
-- the visitors that are linked to it.
select
    observations.observation_key,
    actor_leads.actor_key,
    observations.lead_key,
    observations.scored_at,
    observations.known_by,
    observations.rules_on
from {{ ref('int_observations') }} as observations
inner join {{ ref('int_actor_leads') }} as actor_leads
    on
        observations.lead_key = actor_leads.lead_key
        and observations.known_by >= actor_leads.valid_from
        and observations.known_by < actor_leads.valid_to
