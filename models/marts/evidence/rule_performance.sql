{{ config(enabled=evidence_is_on()) }}

-- What history says of each rule: who was won with it and without it, which
-- points the others leave for it, and what the score tells less without it.
with observations as (
    select * from {{ ref('evidence_observations') }}
),

predicted as (
    select
        hits.*,
        links.slope,
        {{ probability('links', 'hits.score') }} as chance
    from {{ ref('int_evidence_hits') }} as hits
    inner join {{ ref('int_evidence_links') }} as links
        on hits.model_id = links.model_id
),

expected as (
    select
        rule_key,
        sum(observations) as observations,
        sum(wins) as wins,
        sum(points) / sum(observations) as points,
        sum(wins - observations * chance)
        / nullif(sum(observations * chance * (1.0 - chance)), 0)
        / nullif(max(slope), 0) as further_points
    from predicted
    group by rule_key
),

totals as (
    select
        model_id,
        count(*) as observations,
        sum(is_won) as wins
    from observations
    group by model_id
),

counted as (
    select
        rules.model_id,
        rules.rule_id,
        rules.rule_key,
        rules.rule_type as dimension,
        rules.group_id,
        rules.reason,
        rules.points,
        totals.observations as all_observations,
        totals.wins as all_wins,
        coalesce(expected.observations, 0) as observations,
        coalesce(expected.wins, 0) as wins,
        expected.points as mean_points,
        expected.points + expected.further_points as supported_points,
        case
            when expected.observations is null then 0
            else whole.auc - areas.auc
        end as auc_lost_without
    from {{ ref('int_rules') }} as rules
    cross join {{ ref('int_as_of') }} as as_of
    inner join totals on rules.model_id = totals.model_id
    inner join {{ ref('int_evidence_areas') }} as whole
        on rules.model_id = whole.model_id and whole.rule_key is null
    left join expected on rules.rule_key = expected.rule_key
    left join {{ ref('int_evidence_areas') }} as areas
        on rules.rule_key = areas.rule_key
    where
        rules.rule_type in ('explicit', 'implicit')
        and {{ is_valid_at('as_of.scored_at') }}
),

rates as (
    select
        *,
        cast(wins as {{ type_double() }}) / nullif(observations, 0)
            as conversion_rate,
        cast(all_wins - wins as {{ type_double() }})
        / nullif(all_observations - observations, 0) as conversion_without
    from counted
)

select
    model_id,
    rule_id,
    dimension,
    group_id,
    reason,
    points,
    cast(observations as {{ dbt.type_bigint() }}) as observations,
    cast(wins as {{ dbt.type_bigint() }}) as wins,
    conversion_rate,
    conversion_without,
    conversion_rate / nullif(conversion_without, 0) as lift,
    {%- for name, sign in [('lift_low', '-'), ('lift_high', '+')] %}
    case when wins > 0 and all_wins > wins then
            conversion_rate / conversion_without * exp(
                {{ sign }}1.959963984540054 * sqrt(
                    1.0 / wins - 1.0 / observations
                    + 1.0 / (all_wins - wins)
                    - 1.0 / (all_observations - observations)
                )
            )
    end as {{ name }},
    {%- endfor %}
    case
        when wins > 0 and observations > wins
            and all_observations > all_wins
            then ln(
                    (cast(wins as {{ type_double() }}) / all_wins)
                    / (
                        cast(observations - wins as {{ type_double() }})
                        / (all_observations - all_wins)
                    )
                )
    end as weight_of_evidence,
    mean_points,
    supported_points,
    auc_lost_without,
    dimension = 'implicit' or {{ var('keep_lead_history') | string | lower }}
        as is_point_in_time
from rates
