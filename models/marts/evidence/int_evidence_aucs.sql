{{ config(enabled=evidence_is_on(), materialized='ephemeral') }}

-- The AUC of each model, with its standard error by DeLong (1988): how the
-- members of each class are placed among those of the other one.
with placed as (
    select
        *,
        (all_others - others_above - others / 2.0) / nullif(all_others, 0)
            as others_beaten,
        (wins_above + wins / 2.0) / nullif(all_wins, 0) as beaten_by_wins
    from {{ ref('int_evidence_ranks') }}
),

areas as (
    select
        model_id,
        max(all_observations) as observations,
        max(all_wins) as all_wins,
        max(all_others) as all_others,
        sum(wins * others_beaten) / nullif(max(all_wins), 0) as auc
    from placed
    group by model_id
)

select
    placed.model_id,
    areas.auc,
    sqrt(
        sum(placed.wins * power(placed.others_beaten - areas.auc, 2))
        / nullif((max(areas.all_wins) - 1) * max(areas.all_wins), 0)
        + sum(placed.others * power(placed.beaten_by_wins - areas.auc, 2))
        / nullif((max(areas.all_others) - 1) * max(areas.all_others), 0)
    ) as standard_error
from placed
inner join areas on placed.model_id = areas.model_id
group by placed.model_id, areas.auc
