-- The matches of those leads that a window or decay takes from them, with the
-- days, from this build on, on which it does.
with rules as (
    select
        as_of.scored_at,
        {{ days_before('as_of.scored_at', 'rules.window_days') }}
            as window_begins_at,
        rules.*,
        {{ text_key('rules.model_id') }} as model_key
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_as_of') }} as as_of
        on {{ is_valid_at('as_of.scored_at') }}
    where {{ is_waning() }}
),

actors as (
    select
        actors.actor_key,
        leads.standing_key,
        {{ text_key('leads.model_id') }} as model_key
    from {{ ref('int_actors') }} as actors
    inner join {{ ref('int_movable_leads') }} as leads
        on
            actors.lead_key = leads.lead_key
            and actors.scored_at = leads.scored_at
)

select
    actors.standing_key,
    rules.rule_key,
    rules.min_count,
    rules.max_per_day,
    coalesce(rules.counting = 'once', false) as pays_once,
    cast(matched_events.occurred_at as date) as occurred_on,
    matched_events.occurred_at,
    {{ day_of_leaving() }} as leaves_on_day,
    {{ day_of_ending() }} as ends_on_day,
    {{ decay_factor('rules.decay', 'rules.decay_days', age_of_match()) }}
        as factor,
    case when rules.decay = 'linear' then 1.0 / rules.decay_days else 0.0
    end as loss_per_day
from {{ ref('int_matched_events') }} as matched_events
inner join rules
    on
        matched_events.rule_key = rules.rule_key
        -- in a coalesce, or these matches are taken for so few that they
        -- are hashed and not the actors
        and coalesce(
            {{ counts_at('matched_events', 'rules.scored_at') }}
            and matched_events.occurred_at >= rules.window_begins_at, false
        )
inner join actors
    on
        matched_events.actor_key = actors.actor_key
        -- and the same, lest it join all actors to all rules first
        and coalesce(rules.model_key = actors.model_key, false)
