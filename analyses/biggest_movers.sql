with leads_before as (
    select * from {{ as_built(ref('scored_leads'), 'before') }}
),

leads_after as (
    select * from {{ as_built(ref('scored_leads'), 'after') }}
),

entries as (
    select
        model_id, lead_id, entry_type, group_id, rule_id,
        points as points_before, 0 as points_after
    from {{ as_built(ref('lead_score_ledger'), 'before') }}

    union all

    select
        model_id, lead_id, entry_type, group_id, rule_id,
        0 as points_before, points as points_after
    from {{ as_built(ref('lead_score_ledger'), 'after') }}
),

movers as (
    select
        leads_before.model_id,
        leads_before.lead_id,
        leads_before.score as score_before,
        leads_after.score as score_after,
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

changes as (
    select
        model_id,
        lead_id,
        case entry_type
            when 'rule' then rule_id
            when 'group_cap' then 'cap of ' || group_id
            else 'limit of the score'
        end as entry,
        {{ rounded_score('sum(points_before)') }} as points_before,
        {{ rounded_score('sum(points_after)') }} as points_after
    from entries
    group by model_id, lead_id, entry_type, group_id, rule_id
    having abs(sum(points_after) - sum(points_before)) >= 0.01
)

select
    movers.lead_id,
    movers.score_before,
    movers.score_after,
    changes.entry,
    changes.points_before,
    changes.points_after
from movers
left join changes
    on
        movers.model_id = changes.model_id
        and movers.lead_id = changes.lead_id
where movers.mover_rank <= 20
order by movers.mover_rank, changes.entry
