{{ config(enabled=evidence_is_on(), materialized='ephemeral') }}

-- The scores of each model at later moments, each with the leads above it.
with totals as (
    select
        model_id,
        cast(count(*) as {{ type_double() }}) as observations,
        cast(sum(is_won) as {{ type_double() }}) as wins,
        cast(sum(1 - is_won) as {{ type_double() }}) as others
    from {{ ref('evidence_observations') }}
    where is_later
    group by model_id
),

histogram as (
    select
        model_id,
        score,
        cast(sum(is_won) as {{ type_double() }}) as wins,
        cast(sum(1 - is_won) as {{ type_double() }}) as others
    from {{ ref('evidence_observations') }}
    where is_later
    group by model_id, score
)

select
    histogram.*,
    totals.observations as all_observations,
    totals.wins as all_wins,
    totals.others as all_others,
    coalesce(sum(histogram.wins) over (
        partition by histogram.model_id order by histogram.score desc
        rows between unbounded preceding and 1 preceding
    ), 0) as wins_above,
    coalesce(sum(histogram.others) over (
        partition by histogram.model_id order by histogram.score desc
        rows between unbounded preceding and 1 preceding
    ), 0) as others_above
from histogram
inner join totals on histogram.model_id = totals.model_id
