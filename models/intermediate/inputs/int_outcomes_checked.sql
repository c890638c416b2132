with outcomes as (
    select
        {{ given_id('lead_id') }} as lead_id,
        {{ lowered(trimmed_text('outcome')) }} as outcome,
        cast(closed_at as {{ dbt.type_timestamp() }}) as closed_at
    from {{ input_table('stg_crm__outcomes') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

as_of as (
    select max(scored_at) as scored_at
    from {{ ref('int_moments') }}
),

erased as (
    select * from {{ ref('int_erased_actors') }}
),

checked as (
    select
        outcomes.*,
        case
            when outcomes.lead_id is null then 'no lead_id'
            when outcomes.closed_at is null then 'no closed_at'
            when outcomes.outcome is null then 'no outcome'
            when outcomes.outcome not in ('won', 'lost')
                then 'outcome is neither won nor lost'
            when leads.lead_id is null then 'unknown lead'
        end as rejection_reason
    from outcomes
    left join leads on outcomes.lead_id = leads.lead_id
    cross join as_of
    left join erased on {{ text_key('outcomes.lead_id') }} = erased.actor_key
    where
        erased.actor_key is null
        and (
            outcomes.closed_at <= as_of.scored_at
            or outcomes.closed_at is null
        )
)

select * from checked
