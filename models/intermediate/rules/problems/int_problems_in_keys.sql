with rule_rows as (
    select
        rule_type || '_rules.csv' as file,
        *,
        {{ parsed_date('valid_from') }} as from_date,
        {{ parsed_date('valid_to') }} as to_date
    from {{ ref('int_rule_rows') }}
    where rule_type not in ('exclusion', 'bot')
),

keys as (
    {{ rule_table_unique_keys() }}
),

repeated as (
    select
        file,
        model_id,
        rule_id,
        key_name || ' stands ' || cast(count(*) as {{ dbt.type_string() }})
        || ' times; it may stand once' as problem
    from keys
    group by file, model_id, rule_id, key_name, key_value
    having count(*) > 1
),

repeated_rules as (
    select
        min(file) as file,
        model_id,
        rule_id,
        'the rule stands ' || cast(count(*) as {{ dbt.type_string() }})
        || ' times with valid_from ' || valid_from
        || ' in explicit_rules.csv and implicit_rules.csv together' as problem
    from rule_rows
    group by model_id, rule_id, valid_from
    having count(*) > 1
),

backward as (
    select
        file,
        model_id,
        rule_id,
        'valid_to ' || valid_to || ' is not after valid_from ' || valid_from
            as problem
    from rule_rows
    where to_date <= from_date
),

overlapping as (
    select
        later.file,
        later.model_id,
        later.rule_id,
        'is valid from ' || later.valid_from || ', before the row from '
        || earlier.valid_from || ' ends (valid_to ' || earlier.valid_to || ')'
            as problem
    from rule_rows as later
    inner join rule_rows as earlier
        on
            later.model_id = earlier.model_id
            and later.rule_id = earlier.rule_id
            and later.from_date > earlier.from_date
            and later.from_date < earlier.to_date
)

select * from repeated
union all
select * from repeated_rules
union all
select * from backward
union all
select * from overlapping
