with identities as (
    select
        {{ given_id('anonymous_id') }} as anonymous_id,
        {{ given_id('lead_id') }} as lead_id,
        cast(identified_at as {{ dbt.type_timestamp() }}) as identified_at
    from {{ input_table('stg_crm__identities') }}
),

erased as (
    select * from {{ ref('int_erased_actors') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

as_of as (
    select max(scored_at) as scored_at
    from {{ ref('int_moments') }}
),

known as (
    select
        identities.*,
        leads.lead_key,
        row_number() over (
            partition by
                identities.anonymous_id,
                case when leads.lead_key is not null then 1 else 0 end
            order by
                identities.identified_at asc nulls last,
                {{ in_byte_order('identities.lead_id') }} asc nulls last
        ) as link
    from identities
    left join leads on identities.lead_id = leads.lead_id
    cross join as_of
    left join erased as erased_leads
        on {{ text_key('identities.lead_id') }} = erased_leads.actor_key
    left join erased as erased_visitors
        on
            {{ visitor_key('identities.anonymous_id') }}
            = erased_visitors.actor_key
    where
        erased_leads.actor_key is null
        and erased_visitors.actor_key is null
        and (
            identities.identified_at <= as_of.scored_at
            or identities.identified_at is null
        )
),

checked as (
    select
        {{ visitor_key('anonymous_id') }} as actor_key,
        lead_key,
        anonymous_id,
        lead_id,
        identified_at,
        case
            when anonymous_id is null then 'no anonymous_id'
            when lead_id is null then 'no lead_id'
            when identified_at is null then 'no identified_at'
            when lead_key is null then 'unknown lead'
            when link > 1 then 'anonymous_id linked before'
        end as rejection_reason
    from known
)

select * from checked
