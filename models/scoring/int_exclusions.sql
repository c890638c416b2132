-- The first exclusion of each observation that any holds for, by exclusion_id.
with exclusions as (
    select
        rule_key,
        rule_id as exclusion_id,
        reason as exclusion_reason
    from {{ ref('int_rules') }}
    where rule_type = 'exclusion'
),

first_exclusions as (
    select
        lead_matches.observation_key,
        {{ first_text('exclusions.exclusion_id') }} as exclusion_id
    from {{ ref('int_lead_matches') }} as lead_matches
    inner join exclusions on lead_matches.rule_key = exclusions.rule_key
    where
        lead_matches.scored_at >= lead_matches.valid_from
        and lead_matches.scored_at < lead_matches.valid_to
    group by lead_matches.observation_key
)

select
    first_exclusions.observation_key,
    exclusions.exclusion_id,
    exclusions.exclusion_reason
from first_exclusions
inner join exclusions
    on first_exclusions.exclusion_id = exclusions.exclusion_id
