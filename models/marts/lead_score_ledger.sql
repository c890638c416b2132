with observations as (
    select
        observations.observation_key,
        leads.lead_id
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('int_leads') }} as leads
        on observations.lead_key = leads.lead_key
    where observations.is_current
),

entries as (
    select
        'rule' as entry_type,
        rules.model_id,
        rules.rule_type as dimension,
        rules.group_id,
        rules.rule_id,
        rules.reason,
        rule_points.observation_key,
        rule_points.matched_count,
        rule_points.first_matched_at,
        rule_points.last_matched_at,
        rule_points.points_before_cap,
        rule_points.points
    from {{ ref('int_rule_points') }} as rule_points
    inner join {{ ref('int_rules') }} as rules
        on rule_points.rule_key = rules.rule_key

    union all

    select
        'group_cap' as entry_type,
        score_groups.model_id,
        score_groups.dimension,
        score_groups.group_id,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        cast(null as {{ dbt.type_string() }}) as reason,
        group_points.observation_key,
        cast(null as {{ dbt.type_bigint() }}) as matched_count,
        cast(null as {{ dbt.type_timestamp() }}) as first_matched_at,
        cast(null as {{ dbt.type_timestamp() }}) as last_matched_at,
        cast(null as {{ type_double() }}) as points_before_cap,
        group_points.gained_points + group_points.lost_points
        - group_points.rule_points as points
    from {{ ref('int_group_points') }} as group_points
    inner join {{ ref('int_score_groups') }} as score_groups
        on group_points.group_key = score_groups.group_key

    union all

    select
        'score_limit' as entry_type,
        model_id,
        cast(null as {{ dbt.type_string() }}) as dimension,
        cast(null as {{ dbt.type_string() }}) as group_id,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        cast(null as {{ dbt.type_string() }}) as reason,
        observation_key,
        cast(null as {{ dbt.type_bigint() }}) as matched_count,
        cast(null as {{ dbt.type_timestamp() }}) as first_matched_at,
        cast(null as {{ dbt.type_timestamp() }}) as last_matched_at,
        cast(null as {{ type_double() }}) as points_before_cap,
        exact_score - raw_points as points
    from {{ ref('int_scores') }}
)

select
    entries.model_id,
    observations.lead_id,
    entries.entry_type,
    entries.dimension,
    entries.group_id,
    entries.rule_id,
    entries.reason,
    entries.matched_count,
    entries.first_matched_at,
    entries.last_matched_at,
    entries.points_before_cap,
    entries.points
from entries
inner join observations
    on entries.observation_key = observations.observation_key
where abs(entries.points) > 0.000000001
