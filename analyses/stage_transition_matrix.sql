with leads_before as (
    select * from {{ as_built(ref('scored_leads'), 'before') }}
),

leads_after as (
    select * from {{ as_built(ref('scored_leads'), 'after') }}
),

paired as (
    select
        coalesce(leads_before.stage, 'not scored') as stage_before,
        coalesce(leads_after.stage, 'not scored') as stage_after,
        coalesce(leads_before.stage_rank, -1) as rank_before,
        coalesce(leads_after.stage_rank, -1) as rank_after
    from leads_before
    full outer join leads_after
        on leads_before.lead_id = leads_after.lead_id
)

select
    stage_before,
    stage_after,
    case
        when rank_before = rank_after then 'stays'
        when rank_before < rank_after then 'goes up'
        else 'goes down'
    end as direction,
    count(*) as lead_count
from paired
group by stage_before, stage_after, rank_before, rank_after
order by rank_before, rank_after
