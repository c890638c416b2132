{{ config(enabled=evidence_is_on()) }}

-- A logistic regression of winning on the score, for each model: Newton's
-- method from the overall rate, in eight steps. A ridge of a millionth keeps it
-- finite.
with scaled as (
    select
        model_id,
        score / 100.0 as x,
        cast(sum(is_won) as {{ type_double() }}) as wins,
        cast(count(*) as {{ type_double() }}) as leads
    from {{ ref('evidence_observations') }}
    group by model_id, score
),

step_0 as (
    select
        model_id,
        ln((sum(wins) + 0.5) / (sum(leads) - sum(wins) + 0.5)) as intercept,
        cast(0 as {{ type_double() }}) as slope
    from scaled
    group by model_id
),

{% for number in range(8) -%}
sums_{{ number }} as (
    select
        model_id,
        intercept,
        slope,
        sum(wins - leads * p) as g0,
        sum(x * (wins - leads * p)) as g1,
        sum(leads * p * (1.0 - p)) + 0.000001 as h00,
        sum(x * leads * p * (1.0 - p)) as h01,
        sum(x * x * leads * p * (1.0 - p)) + 0.000001 as h11
    from (
        select
            scaled.*,
            last_step.intercept,
            last_step.slope,
            {{ probability('last_step', 'scaled.x') }} as p
        from scaled
        inner join step_{{ number }} as last_step
            on scaled.model_id = last_step.model_id
    ) as predicted
    group by model_id, intercept, slope
),

step_{{ number + 1 }} as (
    select
        model_id,
        intercept + (h11 * g0 - h01 * g1) / (h00 * h11 - h01 * h01)
            as intercept,
        slope + (h00 * g1 - h01 * g0) / (h00 * h11 - h01 * h01) as slope
    from sums_{{ number }}
){{ "," if not loop.last }}

{% endfor -%}
select
    model_id,
    intercept,
    slope / 100.0 as slope
from step_8
