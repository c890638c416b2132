with matches as (
    select
        matches.observation_key,
        matches.scored_at,
        rules.rule_key,
        rules.decay,
        rules.decay_days,
        rules.max_per_day,
        matches.occurred_at
    from {{ ref('int_matches') }} as matches
    inner join {{ ref('int_rules') }} as rules
        on
            matches.rule_key = rules.rule_key
            and {{ is_valid_at('matches.rules_on') }}
),

counted as (
    {{ counted_matches('matches') }}
),

explicit_matches as (
    select
        lead_matches.observation_key,
        lead_matches.rule_key
    from {{ ref('int_lead_matches') }} as lead_matches
    inner join {{ ref('int_rules') }} as rules
        on
            lead_matches.rule_key = rules.rule_key
            and {{ is_valid_at('lead_matches.rules_on') }}
    where
        rules.rule_type = 'explicit'
        and lead_matches.scored_at >= lead_matches.valid_from
        and lead_matches.scored_at < lead_matches.valid_to
)

{{ rule_points('counted', 'explicit_matches', ref('int_rules')) }}
