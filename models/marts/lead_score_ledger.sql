with as_of as (
    select max(scored_at) as scored_at from {{ ref('int_moments') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

rule_totals as (
    select rule_totals.*
    from {{ ref('int_rule_totals') }} as rule_totals
    inner join as_of on rule_totals.scored_at = as_of.scored_at
),

group_totals as (
    select group_totals.*
    from {{ ref('int_group_totals') }} as group_totals
    inner join as_of on group_totals.scored_at = as_of.scored_at
),

scores as (
    select scores.*
    from {{ ref('int_scores') }} as scores
    inner join as_of on scores.scored_at = as_of.scored_at
),

entries as (
    select
        rules.model_id,
        rule_totals.lead_key,
        'rule' as entry_type,
        rules.rule_type as dimension,
        rules.group_id,
        rules.rule_id,
        rules.reason,
        rule_totals.matched_count,
        rule_totals.first_matched_at,
        rule_totals.last_matched_at,
        rule_totals.points_before_cap,
        rule_totals.points
    from rule_totals
    inner join rules on rule_totals.rule_key = rules.rule_key

    union all

    select
        model_id,
        lead_key,
        'group_cap' as entry_type,
        dimension,
        group_id,
        {{ null_ledger_columns() }},
        points - rule_points as points
    from group_totals

    union all

    select
        model_id,
        lead_key,
        'score_limit' as entry_type,
        cast(null as {{ dbt.type_string() }}) as dimension,
        cast(null as {{ dbt.type_string() }}) as group_id,
        {{ null_ledger_columns() }},
        exact_score - raw_points as points
    from scores
)

select
    entries.model_id,
    leads.lead_id,
    entries.entry_type,
    entries.dimension,
    entries.group_id,
    entries.rule_id,
    entries.reason,
    cast(entries.matched_count as {{ dbt.type_bigint() }}) as matched_count,
    entries.first_matched_at,
    entries.last_matched_at,
    entries.points_before_cap,
    entries.points
from entries
inner join leads on entries.lead_key = leads.lead_key
where abs(entries.points) > 0.000000001
