with versions as (
    select
        {{ attribute_columns() }}
        lead_key as version_key
    from {{ ref('int_leads') }}

    union all

    select
        {{ attribute_columns() }}
        version_key
    from {{ ref('int_lead_versions') }}
),

survivors as (
    select
        actors.scored_at,
        actors.lead_key,
        versions.*
    from {{ ref('int_actors') }} as actors
    inner join versions on actors.version_key = versions.version_key
    where not actors.is_merged
),

rules as (
    select * from {{ ref('int_rules') }}
    where rule_type = 'explicit'
),

conditions as (
    select * from {{ ref('int_conditions') }}
),

moments as (
    select * from {{ ref('int_moments') }}
),

used as (
    select
        moments.scored_at,
        rules.model_id,
        {{ attribute_uses() }}
    from rules
    inner join moments on {{ is_valid_at('moments.scored_at') }}
    inner join conditions on rules.rule_key = conditions.rule_key
    group by moments.scored_at, rules.model_id
),

coverage as (
    select
        survivors.scored_at,
        survivors.lead_key,
        used.model_id,
        cast({{ known_used_attributes() }} as {{ type_double() }})
        / ({{ used_attributes() }}) as attribute_coverage
    from survivors
    inner join used on survivors.scored_at = used.scored_at
)

select * from coverage
