with rules as (
    select
        *,
        {{ parsed_date('valid_from') }} as from_date,
        {{ parsed_date('valid_to') }} as to_date
    from {{ ref('int_rule_rows') }}
    where rule_type in ('explicit', 'implicit')
),

score_groups as (
    select * from {{ rule_table('score_groups') }} as score_groups
),

problems as (
    select
        rules.file,
        rules.model_id,
        rules.rule_id,
        'unknown ' || rules.rule_type || ' group '
        || {{ quoted('rules.group_id') }} || '; use a group_id of '
        || 'score_groups.csv that has this model_id and the dimension '
        || rules.rule_type as problem
    from rules
    left join score_groups
        on
            rules.model_id = score_groups.model_id
            and rules.group_id = score_groups.group_id
            and rules.rule_type = score_groups.dimension
    where score_groups.model_id is null and rules.group_id is not null

    union all

    select
        min(file), model_id, rule_id,
        cast(count(*) as {{ dbt.type_string() }})
        || ' rows of explicit_rules.csv and implicit_rules.csv have this '
        || 'rule_id and valid_from ' || valid_from
        || '; change or delete all but one'
    from rules
    group by model_id, rule_id, valid_from
    having count(*) > 1

    union all

    select
        file, model_id, rule_id,
        'valid_to ' || valid_to || ' is not after valid_from ' || valid_from
        || '; use a later date, or 9999-12-31 for no end'
    from rules
    where to_date <= from_date

    union all

    select
        later.file, later.model_id, later.rule_id,
        'valid_from ' || later.valid_from || ' is before valid_to '
        || earlier.valid_to || ' of the row that begins on '
        || earlier.valid_from || '; end that row sooner'
    from rules as later
    inner join rules as earlier
        on
            later.model_id = earlier.model_id
            and later.rule_id = earlier.rule_id
            and later.from_date > earlier.from_date
            and later.from_date < earlier.to_date

    union all

    select
        file, model_id, rule_id,
        'decay_days is empty; the decay ' || decay
        || ' needs a number above 0'
    from rules
    where decay <> 'none' and decay_days is null

    union all

    select
        file, model_id, rule_id,
        'once_per is ' || {{ quoted('once_per') }}
        || case
            when once_per in ({{ quoted_list(
                field_columns('event_measures') | list
            ) }})
                then ', which is a number'
            else ''
        end
        || '; use {{ var("event_properties") | join(", ") or "another" }}, '
        || 'or add it to the var event_properties'
    from rules
    where once_per not in ({{ quoted_list(
        field_columns('event_properties') | list
    ) }})
)

select * from problems
