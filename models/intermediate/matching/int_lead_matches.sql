with fields as (
    select * from {{ ref('int_lead_fields') }}
),

condition_values as (
    select * from {{ ref('int_condition_values') }}
),

{{ conditions_met('version_key', 'lead') }},

matched as (
    select
        met.version_key,
        met.rule_key
    from met
    inner join needed
        on
            met.rule_key = needed.rule_key
            and met.conditions = needed.conditions
)

select * from matched
