with lead_matches as (
    select * from {{ ref('int_lead_matches') }}
),

survivors as (
    select * from {{ ref('int_actors') }}
    where not is_merged
),

exclusions as (
    select
        rule_key,
        rule_id as exclusion_id,
        reason as exclusion_reason
    from {{ ref('int_rules') }}
    where rule_type = 'exclusion'
),

first_exclusions as (
    select
        survivors.scored_at,
        survivors.lead_key,
        {{ first_text('exclusions.exclusion_id') }} as exclusion_id
    from lead_matches
    inner join exclusions on lead_matches.rule_key = exclusions.rule_key
    inner join survivors
        on lead_matches.version_key = survivors.version_key
    group by survivors.scored_at, survivors.lead_key
),

reasoned as (
    select
        first_exclusions.scored_at,
        first_exclusions.lead_key,
        first_exclusions.exclusion_id,
        exclusions.exclusion_reason
    from first_exclusions
    inner join exclusions
        on first_exclusions.exclusion_id = exclusions.exclusion_id
)

select * from reasoned
