with rule_rows as (
    select * from {{ ref('int_rule_rows') }}
),

rule_conditions as (
    select
        *,
        count(*) over (partition by model_id, rule_id) as conditions
    from {{ rule_table('rule_conditions') }} as rule_conditions
),

rule_types as (
    select distinct model_id, rule_id, rule_type from rule_rows
),

conditions as (
    select
        file, rule_type, model_id, rule_id, field, operator, value,
        0 as conditions
    from rule_rows
    where rule_type <> 'implicit'

    union all

    select
        'rule_conditions.csv', rule_types.rule_type,
        rule_conditions.model_id, rule_conditions.rule_id,
        rule_conditions.field, rule_conditions.operator,
        rule_conditions.value, rule_conditions.conditions
    from rule_conditions
    left join rule_types
        on
            rule_conditions.model_id = rule_types.model_id
            and rule_conditions.rule_id = rule_types.rule_id
),

in_parts as (
    select
        *,
        {{ trimmed_text(dbt.split_part('value', "'|'", 1)) }} as low_text,
        {{ trimmed_text(dbt.split_part('value', "'|'", 2)) }} as high_text
    from conditions
),

parsed as (
    select
        *,
        {{ parsed_number('value') }} as number,
        {{ parsed_date('value') }} as value_date,
        {{ list_length('value') }} as items,
        {{ parsed_number('low_text') }} as low,
        {{ parsed_number('high_text') }} as high,
        {{ parsed_date('low_text') }} as low_date,
        {{ parsed_date('high_text') }} as high_date,
        coalesce(
            {% for type, known in condition_fields().items() -%}
            (
                rule_type = '{{ type }}'
                and field in ({{ quoted_list(known.numbers) }})
            )
            {{ "or " if not loop.last }}
            {%- endfor %}, false
        ) as is_number
    from in_parts
),

judged as (
    select
        *,
        case
            when rule_type is null
                then 'no rule of this model has this rule_id in explicit_rules'
                    || '.csv or implicit_rules.csv; correct or delete it'
            when rule_type = 'territory' and field is null
                and operator <> 'any'
                then 'field is empty; name one, or use the operator any'
            {% for type, known in lead_scoring.condition_fields().items() %}
            when rule_type = '{{ type }}'
                and field not in ({{ quoted_list(known.fields) }})
                then 'unknown field ' || {{ quoted('field') }}
                    || '; use {{ known.fields | join(", ") or "another" }}'
                    || ', or add it to the var {{ known.vars }}'
            {% endfor %}
            when value is null
                and operator not in ({{ operators_taking('nothing') }})
                then 'value is empty; the operator ' || operator
                    || ' needs one'
            when number is null
                and (value_date is null or is_number)
                and operator in ({{ operators_taking('number') }})
                then 'value is ' || {{ quoted('value') }} || '; the operator '
                    || operator || ' needs a number, such as 10'
                    || case
                        when is_number then ''
                        else ', or a date, such as 2026-06-30'
                    end
            when operator in ({{ operators_taking('two numbers') }})
                and (
                    items <> 2
                    or (
                        (low is null or high is null)
                        and (
                            low_date is null or high_date is null or is_number
                        )
                    )
                )
                then 'value is ' || {{ quoted('value') }} || '; the operator '
                    || operator || ' needs two numbers, such as 10|50'
                    || case
                        when is_number then ''
                        else ', or dates, such as 2026-01-01|2026-06-30'
                    end
            when operator in (
                    {{ operators_taking('list', 'list of texts') }}
                ) and items > 1000
                then 'value lists ' || cast(items as {{ dbt.type_string() }})
                    || ' items; use at most 1000'
            when operator in ({{ operators_taking('list of texts') }})
                and is_number
                then 'the operator ' || operator || ' compares text, but '
                    || field || ' is a number; use another operator'
            when conditions > {{ var('max_rule_conditions') }}
                then 'has ' || cast(conditions as {{ dbt.type_string() }})
                    || ' conditions; use at most '
                    || '{{ var("max_rule_conditions") }}, or raise the var '
                    || 'max_rule_conditions'
        end as problem
    from parsed
)

select file, model_id, rule_id, problem
from judged
where problem is not null
