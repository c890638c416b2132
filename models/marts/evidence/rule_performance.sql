{{ config(enabled=evidence_is_on()) }}

-- What history says of each rule: who was won with it and without it, which
-- points the others leave for it, and what the score tells less without it.
with observations as (
    select * from {{ ref('evidence_observations') }}
),

hits as (
    select
        rules.model_id,
        rules.rule_key,
        observations.observation_key,
        observations.is_won,
        observations.score,
        rule_points.points,
        score_groups.combine,
        score_groups.min_points as least,
        score_groups.max_points as most,
        group_points.gained,
        group_points.lost,
        group_points.gained_points + group_points.lost_points as group_points,
        lead(rule_points.points) over (
            partition by rule_points.observation_key, rule_points.group_key
            order by rule_points.points desc, rule_points.rule_key asc
        ) as next_lower,
        lag(rule_points.points) over (
            partition by rule_points.observation_key, rule_points.group_key
            order by rule_points.points desc, rule_points.rule_key asc
        ) as next_higher
    from {{ ref('int_rule_points') }} as rule_points
    inner join {{ ref('int_rules') }} as rules
        on rule_points.rule_key = rules.rule_key
    inner join observations
        on
            rule_points.observation_key = observations.observation_key
            and rules.model_id = observations.model_id
    inner join {{ ref('int_group_points') }} as group_points
        on
            rule_points.observation_key = group_points.observation_key
            and rule_points.group_key = group_points.group_key
    inner join {{ ref('int_score_groups') }} as score_groups
        on rule_points.group_key = score_groups.group_key
    where abs(rule_points.points) > 0.000000001
),

-- a group that takes the best and the worst rule takes the next one instead
reduced as (
    select
        hits.*,
        case
            when hits.points < 0 then hits.gained
            when hits.combine = 'sum' then hits.gained - hits.points
            when hits.next_higher is not null then hits.gained
            when hits.next_lower > 0 then hits.next_lower
            else 0
        end as gained_without,
        case
            when hits.points > 0 then hits.lost
            when hits.combine = 'sum' then hits.lost - hits.points
            when hits.next_lower is not null then hits.lost
            when hits.next_higher < 0 then hits.next_higher
            else 0
        end as lost_without
    from hits
),

rescored as (
    select
        reduced.model_id,
        reduced.rule_key,
        reduced.is_won,
        reduced.score,
        {{ rounded_score(clamped(
            '(scores.raw_points - reduced.group_points + '
            ~ clamped('reduced.gained_without', 'null', 'reduced.most') ~ ' + '
            ~ clamped('reduced.lost_without', 'reduced.least', 'null') ~ ')',
            'scores.min_score', 'scores.max_score'
        )) }} as score_without
    from reduced
    inner join {{ ref('int_scores') }} as scores
        on
            reduced.observation_key = scores.observation_key
            and reduced.model_id = scores.model_id
),

hit_rules as (
    select distinct
        model_id,
        rule_key
    from hits
),

histogram as (
    select
        model_id,
        score,
        sum(is_won) as wins,
        sum(1 - is_won) as others
    from observations
    group by model_id, score
),

-- of each rule: the scores of all, and the moves of those that it hits; and of
-- the model itself, without a rule
moves as (
    select
        model_id,
        cast(null as {{ dbt.type_bigint() }}) as rule_key,
        score,
        wins,
        others
    from histogram
    union all
    select
        rules.model_id,
        rules.rule_key,
        histogram.score,
        histogram.wins,
        histogram.others
    from histogram
    inner join hit_rules as rules on histogram.model_id = rules.model_id
    union all
    select
        model_id,
        rule_key,
        score,
        -1 * is_won as wins,
        -1 * (1 - is_won) as others
    from rescored
    union all
    select
        model_id,
        rule_key,
        score_without as score,
        is_won as wins,
        1 - is_won as others
    from rescored
),

histograms as (
    select
        model_id,
        rule_key,
        score,
        cast(sum(wins) as {{ type_double() }}) as wins,
        cast(sum(others) as {{ type_double() }}) as others
    from moves
    group by model_id, rule_key, score
),

below as (
    select
        *,
        coalesce(sum(others) over (
            partition by model_id, rule_key order by score
            rows between unbounded preceding and 1 preceding
        ), 0) as others_below
    from histograms
),

-- how often a lead that was won scores higher than one that was not, ties as
-- half
areas as (
    select
        model_id,
        rule_key,
        sum(wins * (others_below + others / 2.0))
        / nullif(sum(wins) * sum(others), 0) as auc
    from below
    group by model_id, rule_key
),

expected as (
    select
        hits.rule_key,
        count(*) as observations,
        sum(hits.is_won) as wins,
        avg(hits.points) as points,
        sum(
            hits.is_won - {{ probability('links', 'hits.score') }}
        ) / nullif(sum(
            {{ probability('links', 'hits.score') }}
            * (1.0 - {{ probability('links', 'hits.score') }})
        ), 0) / nullif(max(links.slope), 0) as further_points
    from hits
    inner join
        {{ ref('int_evidence_links') }} as links
        on hits.model_id = links.model_id
    group by hits.rule_key
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
    inner join areas as whole
        on rules.model_id = whole.model_id and whole.rule_key is null
    left join expected on rules.rule_key = expected.rule_key
    left join areas on rules.rule_key = areas.rule_key
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
