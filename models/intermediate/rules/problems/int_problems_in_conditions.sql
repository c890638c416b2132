with rule_rows as (
    select * from {{ ref('int_rule_rows') }}
),

rule_conditions as (
    select * from {{ rule_table('rule_conditions') }} as rule_conditions
),

rule_types as (
    select distinct model_id, rule_id, rule_type from rule_rows
),

conditions as (
    select
        case
            when rule_type = 'exclusion' then 'exclusions.csv'
            when rule_type = 'bot' then 'bot_signatures.csv'
            else 'explicit_rules.csv'
        end as file,
        rule_type,
        model_id,
        rule_id,
        field,
        operator,
        value
    from rule_rows
    where rule_type <> 'implicit'

    union all

    select
        'rule_conditions.csv' as file,
        rule_types.rule_type,
        rule_conditions.model_id,
        rule_conditions.rule_id,
        rule_conditions.field,
        rule_conditions.operator,
        rule_conditions.value
    from rule_conditions
    inner join rule_types
        on
            rule_conditions.model_id = rule_types.model_id
            and rule_conditions.rule_id = rule_types.rule_id
),

parsed as (
    select
        *,
        {{ parsed_number('value') }} as number,
        {{ list_length('value') }} as items,
        {{ parsed_number(trimmed_text(dbt.split_part('value', "'|'", 1))) }}
            as low,
        {{ parsed_number(trimmed_text(dbt.split_part('value', "'|'", 2))) }}
            as high
    from conditions
),

judged as (
    select
        *,
        case
            when {{ is_unknown_field('explicit') }}
                then 'unknown attribute ' || {{ quoted('field') }}
                    || '; the var '
                    || 'lead_attributes has: ' || {{ named('lead_attributes') }}
            when {{ is_unknown_field('exclusion') }}
                then 'unknown field ' || {{ quoted('field') }}
                    || '; it must be email, '
                    || 'email_domain or one of the var lead_attributes: '
                    || {{ named('lead_attributes') }}
            when {{ is_unknown_field('bot') }}
                then 'unknown event property ' || {{ quoted('field') }}
                    || '; the var '
                    || 'event_properties has: '
                    || {{ named('event_properties') }}
            when {{ is_unknown_field('implicit') }}
                then 'unknown event property ' || {{ quoted('field') }}
                    || '; the vars '
                    || 'event_properties and event_measures have: '
                    || {{ named('event_properties') }} || ', '
                    || {{ named('event_measures') }}
            when value is null
                and operator not in ('is_set', 'is_missing', 'any')
                then 'the operator ' || operator || ' needs a value'
            when operator in ('gt', 'gte', 'lt', 'lte') and number is null
                then 'value is ' || {{ quoted('value') }}
                    || '; the operator ' || operator
                    || ' needs a number'
            when operator = 'between'
                and (items <> 2 or low is null or high is null)
                then 'value is ' || {{ quoted('value') }}
                    || '; the operator between needs '
                    || 'two numbers, such as 10|50'
            when operator in ({{ list_operators() }}) and items > 1000
                then 'value lists ' || cast(items as {{ dbt.type_string() }})
                    || ' items; 1000 is the most'
            when operator in ('contains', 'starts_with', 'ends_with')
                and rule_type = 'implicit'
                and field in ({{ quoted_list(var('event_measures')) }})
                then 'the operator ' || operator || ' compares text, and '
                    || field || ' is a number'
        end as problem
    from parsed
)

select
    file,
    model_id,
    rule_id,
    problem
from judged
where problem is not null
