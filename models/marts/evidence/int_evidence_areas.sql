{{ config(enabled=evidence_is_on(), materialized='ephemeral') }}

-- The AUC of each model, and of what is left of it without each of its rules.
with hits as (
    select * from {{ ref('int_evidence_hits') }}
),

histogram as (
    select
        model_id,
        score,
        count(*) as observations,
        sum(is_won) as wins
    from {{ ref('evidence_observations') }}
    group by model_id, score
),

hit_rules as (
    select distinct
        model_id,
        rule_key
    from hits
),

-- of each rule: the scores of all, and the moves of those that it hits; and of
-- the model itself, without a rule
moves as (
    select
        model_id,
        cast(null as {{ dbt.type_bigint() }}) as rule_key,
        score,
        observations,
        wins
    from histogram
    union all
    select
        rules.model_id,
        rules.rule_key,
        histogram.score,
        histogram.observations,
        histogram.wins
    from histogram
    inner join hit_rules as rules on histogram.model_id = rules.model_id
    union all
    select
        model_id,
        rule_key,
        score,
        -1 * observations as observations,
        -1 * wins as wins
    from hits
    union all
    select
        model_id,
        rule_key,
        score_without as score,
        observations,
        wins
    from hits
),

histograms as (
    select
        model_id,
        rule_key,
        score,
        cast(sum(wins) as {{ type_double() }}) as wins,
        cast(sum(observations - wins) as {{ type_double() }}) as others
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
)

-- how often a lead that was won scores higher than one that was not, ties as
-- half
select
    model_id,
    rule_key,
    sum(wins * (others_below + others / 2.0))
    / nullif(sum(wins) * sum(others), 0) as auc
from below
group by model_id, rule_key
