with lead_matches as (
    select * from {{ ref('int_lead_matches') }}
),

rules as (
    select * from {{ ref('int_rules') }}
    where rule_type = 'exclusion'
),

placed as (
    select
        lead_matches.lead_key,
        rules.rule_id as exclusion_id,
        rules.reason as exclusion_reason,
        row_number() over (
            partition by lead_matches.lead_key order by rules.rule_id
        ) as place
    from lead_matches
    inner join rules on lead_matches.rule_key = rules.rule_key
)

select * from placed
where place = 1
