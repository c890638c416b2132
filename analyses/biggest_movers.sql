with leads_before as (
    select *
    from {{ ref('scored_leads').incorporate(
        path={'schema': var('before_schema', 'lead_scoring_before')}
    ) }}
),

leads_after as (
    select *
    from {{ ref('scored_leads').incorporate(
        path={'schema': var('after_schema', target.schema)}
    ) }}
),

movers as (
    select
        leads_before.model_id,
        leads_before.lead_id,
        leads_before.score as score_before,
        leads_after.score as score_after,
        leads_after.score - leads_before.score as score_change,
        row_number() over (
            order by
                abs(leads_after.score - leads_before.score) desc,
                leads_before.lead_id
        ) as mover_rank
    from leads_before
    inner join leads_after
        on
            leads_before.model_id = leads_after.model_id
            and leads_before.lead_id = leads_after.lead_id
    where leads_before.score <> leads_after.score
),

entries as (
    select
        model_id, lead_id, entry_type, group_id, rule_id,
        points as points_before, 0 as points_after
    from {{ ref('lead_score_ledger').incorporate(
        path={'schema': var('before_schema', 'lead_scoring_before')}
    ) }}

    union all

    select
        model_id, lead_id, entry_type, group_id, rule_id,
        0 as points_before, points as points_after
    from {{ ref('lead_score_ledger').incorporate(
        path={'schema': var('after_schema', target.schema)}
    ) }}
),

changed_entries as (
    select
        model_id, lead_id, entry_type, group_id, rule_id,
        sum(points_before) as points_before,
        sum(points_after) as points_after
    from entries
    group by model_id, lead_id, entry_type, group_id, rule_id
    having abs(sum(points_after) - sum(points_before)) > 0.000001
),

explained as (
    select
        movers.mover_rank,
        movers.lead_id,
        movers.score_before,
        movers.score_after,
        movers.score_change,
        changed_entries.entry_type,
        changed_entries.group_id,
        changed_entries.rule_id,
        changed_entries.points_before,
        changed_entries.points_after
    from movers
    left join changed_entries
        on
            movers.model_id = changed_entries.model_id
            and movers.lead_id = changed_entries.lead_id
    where movers.mover_rank <= 20
)

select * from explained
order by mover_rank, group_id, entry_type, rule_id
