{{ config(enabled=evidence_is_on()) }}

-- For leadscore learn: about how many events moments of history have.
select count(*) as events
from {{ ref('int_events') }} as events
inner join
    {{ ref('int_observed_actors') }} as actors
    on events.actor_key = actors.actor_key
inner join {{ ref('int_observations') }} as observations
    on actors.observation_key = observations.observation_key
        and observations.is_evidence
