{{ config(enabled=is_switched_on('reporting')) }}

-- How long leads stay in a stage, by their score when they entered it, and how
-- long it takes from the creation of a lead to its first won deal.
with facts as (
    select * from {{ ref('lead_facts') }}
),

stays as (
    select
        stays.stage,
        stays.stage_rank,
        {{ score_band('stays.score_at_entry') }} as score_band,
        facts.last_owner as owner,
        case
            when stays.left_at <= facts.scored_at then {{ days_between(
                'stays.entered_at', 'stays.left_at'
            ) }}
        end as days,
        0 as won_leads,
        cast(null as {{ type_double() }}) as won_amount
    from {{ ref('lead_stage_history') }} as stays
    inner join {{ ref('int_score_models') }} as models
        on stays.model_id = models.model_id and models.is_primary
    inner join facts
        on
            stays.lead_id = facts.lead_id
            and stays.entered_at <= facts.scored_at
    where stays.stage <> 'excluded'

    union all

    select
        'won' as stage,
        1000000001 as stage_rank,
        score_band,
        last_owner as owner,
        case when days_to_won > 0 then days_to_won else 0 end as days,
        1 as won_leads,
        won_amount
    from facts
    where is_won
)

select
    stage,
    cast(max(stage_rank) as integer) as stage_rank,
    score_band,
    coalesce(owner, '(none)') as owner,
    cast(count(*) as {{ dbt.type_bigint() }}) as stays,
    cast(count(days) as {{ dbt.type_bigint() }}) as ended_stays,
    sum(days) as days_in_stage,
    avg(days) as average_days,
    cast(sum(won_leads) as {{ dbt.type_bigint() }}) as won_leads,
    coalesce(sum(won_amount), 0) as won_amount
from stays
group by stage, score_band, coalesce(owner, '(none)')
