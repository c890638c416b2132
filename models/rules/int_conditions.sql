with rules as (
    select * from {{ ref('int_rules') }}
),

rule_conditions as (
    select * from {{ rule_table('rule_conditions') }} as rule_conditions
),

unioned as (
    select
        case rule_type
            when 'explicit' then 'explicit_rules.csv'
            when 'exclusion' then 'exclusions.csv'
            when 'territory' then 'territories.csv'
            when 'buying_role' then 'buying_roles.csv'
            else 'bot_signatures.csv'
        end as file,
        rule_key,
        rule_type,
        field,
        operator,
        value
    from rules
    where field is not null

    union all

    select
        'rule_conditions.csv' as file,
        rules.rule_key,
        rules.rule_type,
        rule_conditions.field,
        rule_conditions.operator,
        rule_conditions.value
    from rules
    inner join rule_conditions
        on
            rules.model_id = rule_conditions.model_id
            and rules.rule_id = rule_conditions.rule_id
),

keyed as (
    select
        cast(row_number() over (
            order by rule_key, field, operator, value
        ) as integer) as condition_key,
        rule_key,
        file,
        case
            when rule_type in ('implicit', 'bot') then 'event'
            when rule_type in ('territory', 'buying_role') then rule_type
            else 'lead'
        end as subject,
        field,
        rule_type = 'implicit'
        and field in ({{ quoted_list(
            field_columns('event_measures') | list
        ) }}) as is_measure,
        operator,
        value
    from unioned
)

select * from keyed
