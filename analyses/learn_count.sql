{{ config(enabled=evidence_is_on()) }}

-- For leadscore learn: how many moments of history there are, and about how
-- many events they have.
with moments as (
    select observation_key from {{ ref('int_observations') }}
    where is_evidence
),

events as (
    select count(*) as events
    from {{ ref('int_events') }} as events
    inner join {{ ref('int_observed_actors') }} as actors
        on events.actor_key = actors.actor_key
    inner join moments on actors.observation_key = moments.observation_key
),

observations as (
    select count(*) as observations from moments
)

select
    observations.observations,
    events.events
from observations
cross join events
