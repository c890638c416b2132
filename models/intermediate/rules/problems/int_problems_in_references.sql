with rule_rows as (
    select rule_type || '_rules.csv' as file, *
    from {{ ref('int_rule_rows') }}
    where rule_type not in ('exclusion', 'bot')
),

rule_conditions as (
    select * from {{ rule_table('rule_conditions') }} as rule_conditions
),

score_models as (
    select * from {{ rule_table('score_models') }} as score_models
),

score_groups as (
    select * from {{ rule_table('score_groups') }} as score_groups
),

model_ids as (
    {{ rule_table_model_ids() }}
),

unknown_models as (
    select
        model_ids.file,
        model_ids.model_id,
        model_ids.rule_id,
        'unknown model_id ' || {{ quoted('model_ids.model_id') }}
        || '; score_models.csv has no such row' as problem
    from model_ids
    left join score_models on model_ids.model_id = score_models.model_id
    where score_models.model_id is null and model_ids.model_id is not null
),

unknown_groups as (
    select
        rule_rows.file,
        rule_rows.model_id,
        rule_rows.rule_id,
        'unknown ' || rule_rows.rule_type || ' group '
        || {{ quoted('rule_rows.group_id') }}
        || '; score_groups.csv has no such row of that dimension' as problem
    from rule_rows
    left join score_groups
        on
            rule_rows.model_id = score_groups.model_id
            and rule_rows.group_id = score_groups.group_id
            and rule_rows.rule_type = score_groups.dimension
    where score_groups.model_id is null and rule_rows.group_id is not null
),

unknown_rules as (
    select
        'rule_conditions.csv' as file,
        rule_conditions.model_id,
        rule_conditions.rule_id,
        'is a condition of a rule that neither explicit_rules.csv nor '
        || 'implicit_rules.csv has' as problem
    from rule_conditions
    left join rule_rows
        on
            rule_conditions.model_id = rule_rows.model_id
            and rule_conditions.rule_id = rule_rows.rule_id
    where rule_rows.rule_id is null
),

too_many_conditions as (
    select
        'rule_conditions.csv' as file,
        model_id,
        rule_id,
        'has ' || cast(count(*) as {{ dbt.type_string() }})
        || ' conditions; the var max_rule_conditions allows '
        || '{{ var("max_rule_conditions") }}' as problem
    from rule_conditions
    group by model_id, rule_id
    having count(*) > {{ var('max_rule_conditions') }}
)

select * from unknown_models
union all
select * from unknown_groups
union all
select * from unknown_rules
union all
select * from too_many_conditions
