with {{ rule_table_ctes() }},

cells as (
    {{ rule_cells() }}
),

problems as (
    select
        file,
        model_id,
        rule_id,
        case
            when cell is null
                then column_name || ' is empty; it must be ' || expected
            else
                column_name || ' is ' || {{ quoted('cell') }} || '; it must be '
                || expected
                || case
                    when expected like '%number%' and cell like '%,%'
                        then ', with a point where it has a comma'
                    when
                        expected like '%number%'
                        and abs({{ parsed_number('cell') }}) > 1e9
                        then ', a billion at most'
                    else ''
                end
        end as problem
    from cells
    where
        (cell is null and not is_optional)
        or (cell is not null and not is_valid)
),

decays_without_days as (
    select
        'implicit_rules.csv' as file,
        model_id,
        rule_id,
        'decay_days is empty; the decay ' || decay || ' needs it' as problem
    from implicit_rules
    where decay in ('half_life', 'linear') and decay_days is null
)

select * from problems
union all
select * from decays_without_days
