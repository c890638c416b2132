-- The ledger is the proof of a score: for every model and lead its entries add
-- up to the points of each dimension, and to the score before it is rounded.
-- Neither table may hold a lead that the other does not know.
with ledger as (
    select
        model_id,
        lead_id,
        sum(case when dimension = 'explicit' then points else 0 end)
            as explicit_points,
        sum(case when dimension = 'implicit' then points else 0 end)
            as implicit_points,
        sum(points) as points
    from {{ ref('lead_score_ledger') }}
    group by model_id, lead_id
),

expected as (
    select
        lead_scores.model_id,
        lead_scores.lead_id,
        lead_scores.explicit_points,
        lead_scores.implicit_points,
        {{ clamped('raw_points', 'min_score', 'max_score') }} as points,
        lead_scores.score
    from {{ ref('lead_scores') }} as lead_scores
    inner join {{ ref('int_score_models') }} as score_models
        on lead_scores.model_id = score_models.model_id
)

select
    expected.*,
    ledger.explicit_points as ledger_explicit_points,
    ledger.implicit_points as ledger_implicit_points,
    ledger.points as ledger_points,
    ledger.lead_id as ledger_lead_id
from expected
full outer join ledger
    on
        expected.model_id = ledger.model_id
        and expected.lead_id = ledger.lead_id
where
    expected.lead_id is null
    or abs(expected.explicit_points - coalesce(ledger.explicit_points, 0))
    > 0.000001
    or abs(expected.implicit_points - coalesce(ledger.implicit_points, 0))
    > 0.000001
    or abs(expected.points - coalesce(ledger.points, 0)) > 0.000001
    or abs(expected.score - expected.points) > 0.005001
