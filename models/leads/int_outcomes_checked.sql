with given as (
    select
        {{ given_id('lead_id') }} as lead_id,
        {{ lowered(trimmed_text('outcome')) }} as outcome,
        {{ optional_column(
            column_names(ref('stg_crm__outcomes')), 'closed_at',
            dbt.type_timestamp()
        ) }} as closed_at,
        closed_at as given_closed_at,
        {{ parsed_number(optional_column(
            column_names(ref('stg_crm__outcomes')), 'amount', dbt.type_string()
        )) }} as amount
    from {{ input_table('stg_crm__outcomes') }}
),

outcomes as (
    select
        *,
        {{ unread_time('closed_at', 'given_closed_at') }} as unread_time
    from given
),

leads as (
    select * from {{ ref('int_leads') }}
),

erased as (
    select * from {{ ref('int_erased_actors') }}
),

checked as (
    select
        case when erased.actor_key is null then outcomes.lead_id end
            as lead_id,
        case when erased.actor_key is null then outcomes.outcome end
            as outcome,
        outcomes.closed_at,
        case when erased.actor_key is null then outcomes.unread_time end
            as unread_time,
        outcomes.amount,
        case
            when erased.actor_key is not null then 'erased'
            when outcomes.lead_id is null then 'no lead_id'
            when outcomes.unread_time is not null
                then 'closed_at cannot be read'
            when outcomes.closed_at is null then 'no closed_at'
            when outcomes.closed_at > {{ built_at() }}
                then 'closed_at after this build'
            when outcomes.outcome is null then 'no outcome'
            when outcomes.outcome not in ('won', 'lost')
                then 'outcome is neither won nor lost'
            when leads.lead_id is null then 'unknown lead'
        end as rejection_reason
    from outcomes
    left join leads on outcomes.lead_id = leads.lead_id
    left join erased on {{ text_key('outcomes.lead_id') }} = erased.actor_key
)

select * from checked
