{{ config(enabled=is_switched_on('reporting')) }}

-- What is known of deals at the as-of time, with those of leads that were
-- merged into the lead.
with outcomes as (
    select
        actors.lead_key,
        outcomes.outcome,
        outcomes.closed_at,
        outcomes.amount
    from {{ ref('int_outcomes_checked') }} as outcomes
    inner join {{ ref('int_observed_actors') }} as actors
        on
            {{ text_key('outcomes.lead_id') }} = actors.actor_key
            and actors.observation_key = actors.lead_key
            and outcomes.closed_at <= actors.known_by
    where outcomes.rejection_reason is null
)

select
    lead_key,
    outcome,
    closed_at,
    amount,
    row_number() over (
        partition by lead_key, outcome order by closed_at, amount
    ) as place
from outcomes
