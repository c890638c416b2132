with rules as (
    select * from {{ ref('int_rules') }}
),

implicit_totals as (
    select * from {{ ref('int_implicit_totals') }}
),

lead_matches as (
    select * from {{ ref('int_lead_matches') }}
),

survivors as (
    select * from {{ ref('int_actors') }}
    where not is_merged
),

implicit_points as (
    select
        implicit_totals.scored_at,
        implicit_totals.lead_key,
        rules.rule_key,
        rules.max_points,
        implicit_totals.matched_count,
        implicit_totals.first_matched_at,
        implicit_totals.last_matched_at,
        case
            when implicit_totals.matched_count < rules.min_count then 0.0
            when rules.counting = 'once'
                then rules.points * implicit_totals.factor_of_newest
            else rules.points * implicit_totals.factor_sum
        end as points_before_cap
    from implicit_totals
    inner join rules on implicit_totals.rule_key = rules.rule_key
    inner join survivors
        on
            implicit_totals.lead_key = survivors.lead_key
            and implicit_totals.scored_at = survivors.scored_at
),

explicit_points as (
    select
        survivors.scored_at,
        survivors.lead_key,
        rules.rule_key,
        rules.points
    from lead_matches
    inner join survivors
        on lead_matches.version_key = survivors.version_key
    inner join rules
        on
            lead_matches.rule_key = rules.rule_key
            and rules.rule_type = 'explicit'
            and {{ is_valid_at('survivors.scored_at') }}
),

unioned as (
    select
        scored_at,
        lead_key,
        rule_key,
        matched_count,
        first_matched_at,
        last_matched_at,
        points_before_cap,
        {{ clamped('points_before_cap', '-max_points', 'max_points') }}
            as points
    from implicit_points

    union all

    select
        scored_at,
        lead_key,
        rule_key,
        1 as matched_count,
        cast(null as {{ dbt.type_timestamp() }}) as first_matched_at,
        cast(null as {{ dbt.type_timestamp() }}) as last_matched_at,
        points as points_before_cap,
        points
    from explicit_points
)

select * from unioned
