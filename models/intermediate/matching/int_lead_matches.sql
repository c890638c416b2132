with fields as (
    select * from {{ ref('int_lead_fields') }}
),

condition_values as (
    select * from {{ ref('int_condition_values') }}
),

needed as (
    select
        rule_key,
        count(*) as conditions
    from {{ ref('int_conditions') }}
    where subject = 'lead'
    group by rule_key
),

met as (
    select
        fields.version_key,
        condition_values.rule_key,
        count(*) as conditions
    from fields
    inner join condition_values
        on
            fields.field = condition_values.field
            and fields.value = condition_values.value
    group by fields.version_key, condition_values.rule_key
),

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
