{{ config(enabled=is_switched_on('reporting')) }}

-- Each fact once, so that no two reports differ: they add up this table.
with lead_scores as (
    select
        *,
        {{ text_key('lead_id') }} as lead_key
    from {{ ref('lead_scores') }}
    where is_primary
),

-- the primary model and the as-of time: one row
as_of as (
    select distinct
        model_id,
        scored_at
    from lead_scores
),

-- the stay that goes on is in the stage that the lead is in
stays as (
    select
        stays.lead_id,
        max(stays.stage_rank) as highest_stage_rank,
        min(stays.first_mql_at) as first_mql_at
    from {{ ref('lead_stage_history') }} as stays
    inner join as_of
        on
            stays.model_id = as_of.model_id
            and stays.entered_at <= as_of.scored_at
    where stays.left_at is not null or stays.first_mql_at is not null
    group by stays.lead_id
),

ranks as (
    select
        model_id,
        min(case when is_mql then stage_rank end) as mql_rank,
        max(stage_rank) as top_rank
    from {{ ref('int_stages') }}
    group by model_id
),

wins as (
    select
        lead_key,
        min(closed_at) as won_at,
        sum(amount) as won_amount
    from {{ ref('int_lead_outcomes') }}
    where outcome = 'won'
    group by lead_key
),

handoffs as (
    select
        lead_key,
        count(*) as handoffs,
        max(case when answer = 'accepted' then 1 else 0 end) as is_accepted,
        max(case when place = 1 then owner end) as owner
    from (
        select
            *,
            row_number() over (
                partition by lead_key
                order by handed_over_at desc, {{ in_byte_order('handoff_id') }}
            ) as place
        from {{ ref('int_handoffs_checked') }}
        where lead_key is not null
    ) as placed
    group by lead_key
),

-- who leads were with last, if they are with nobody now
last_owners as (
    select
        lead_id,
        owner,
        row_number() over (
            partition by lead_id order by change_number desc
        ) as place
    from {{ ref('lead_owner_history') }}
    where owner is not null
),

-- who is won has been through all stages, also before the first build
joined as (
    select
        lead_scores.*,
        leads.created_at,
        ranks.mql_rank,
        wins.won_at,
        wins.won_amount,
        case
            when wins.won_at is not null then ranks.top_rank
            when stays.highest_stage_rank > lead_scores.stage_rank
                then stays.highest_stage_rank
            else lead_scores.stage_rank
        end as highest_stage_rank,
        stays.first_mql_at
    from lead_scores
    inner join {{ ref('int_leads') }} as leads
        on lead_scores.lead_key = leads.lead_key
    left join ranks on lead_scores.model_id = ranks.model_id
    left join stays on lead_scores.lead_id = stays.lead_id
    left join wins on lead_scores.lead_key = wins.lead_key
)

select
    joined.lead_id,
    joined.scored_at,
    joined.created_at,
    {{ week_start('joined.created_at') }} as created_week,
    {{ days_between('joined.created_at', 'joined.scored_at') }}
    < {{ whole_number_var('funnel_days', 3660, 30) }} as is_too_young,
    joined.score,
    {{ score_band('joined.score') }} as score_band,
    joined.grade,
    joined.stage,
    joined.stage_rank,
    joined.highest_stage_rank,
    joined.is_excluded,
    coalesce(joined.highest_stage_rank >= joined.mql_rank, false)
        as is_qualified,
    joined.first_mql_at,
    owners.owner,
    coalesce(
        case when not owners.is_queue then owners.owner end,
        last_owners.owner, handoffs.owner
    ) as last_owner,
    accounts.account_id,
    first_touches.channel as first_channel,
    first_touches.campaign as first_campaign,
    last_touches.channel as last_channel,
    last_touches.campaign as last_campaign,
    cast(coalesce(handoffs.handoffs, 0) as {{ dbt.type_bigint() }}) as handoffs,
    handoffs.handoffs is not null as is_handed_over,
    coalesce(handoffs.is_accepted = 1, false) as is_accepted,
    joined.won_at is not null as is_won,
    joined.won_at,
    joined.won_amount,
    {{ days_between('joined.created_at', 'joined.won_at') }} as days_to_won
from joined
left join {{ ref('int_lead_owners') }} as owners
    on joined.lead_key = owners.lead_key
left join last_owners
    on joined.lead_id = last_owners.lead_id and last_owners.place = 1
left join {{ ref('int_account_people') }} as accounts
    on joined.lead_key = accounts.lead_key
left join {{ ref('int_lead_touches') }} as first_touches
    on
        joined.lead_key = first_touches.lead_key
        and first_touches.first_place = 1
left join {{ ref('int_lead_touches') }} as last_touches
    on
        joined.lead_key = last_touches.lead_key
        and last_touches.last_place = 1
left join handoffs on joined.lead_key = handoffs.lead_key
