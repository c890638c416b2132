with leads_before as (
    select * from {{ as_built(ref('scored_leads'), 'before') }}
),

leads_after as (
    select * from {{ as_built(ref('scored_leads'), 'after') }}
),

moves as (
    select
        coalesce(leads_before.lead_id, leads_after.lead_id) as lead_id,
        coalesce(leads_before.stage, 'not scored') as stage_before,
        coalesce(leads_after.stage, 'not scored') as stage_after,
        coalesce(leads_before.stage_rank, -1) as rank_before,
        coalesce(leads_after.stage_rank, -1) as rank_after,
        leads_before.score as score_before,
        leads_after.score as score_after
    from leads_before
    full outer join leads_after
        on leads_before.lead_id = leads_after.lead_id
    where
        coalesce(leads_before.stage, 'not scored')
        <> coalesce(leads_after.stage, 'not scored')
),

entries_and_exits as (
    select
        stage_after as stage, rank_after as stage_rank, 'enters' as movement,
        lead_id, stage_before as other_stage, score_before, score_after
    from moves

    union all

    select
        stage_before as stage, rank_before as stage_rank, 'leaves' as movement,
        lead_id, stage_after as other_stage, score_before, score_after
    from moves
)

select stage, movement, lead_id, other_stage, score_before, score_after
from entries_and_exits
order by stage_rank desc, movement asc, lead_id asc
