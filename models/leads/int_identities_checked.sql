with identities as (
    select
        {{ given_id('anonymous_id') }} as anonymous_id,
        {{ given_id('lead_id') }} as lead_id,
        {{ optional_column(
            column_names(ref('stg_crm__identities')), 'identified_at',
            dbt.type_timestamp()
        ) }} as identified_at,
        identified_at as given_identified_at
    from {{ input_table('stg_crm__identities') }}
),

erased as (
    select * from {{ ref('int_erased_actors') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

marked as (
    select
        identities.*,
        {{ unread_time(
            'identities.identified_at', 'identities.given_identified_at'
        ) }} as unread_time,
        leads.lead_key,
        erased_leads.actor_key is not null
        or erased_visitors.actor_key is not null as is_erased,
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
    left join erased as erased_leads
        on {{ text_key('identities.lead_id') }} = erased_leads.actor_key
    left join erased as erased_visitors
        on
            {{ visitor_key('identities.anonymous_id') }}
            = erased_visitors.actor_key
)

select
    case when not is_erased then {{ visitor_key('anonymous_id') }} end
        as actor_key,
    case when not is_erased then lead_key end as lead_key,
    case when not is_erased then anonymous_id end as anonymous_id,
    case when not is_erased then lead_id end as lead_id,
    identified_at,
    case when not is_erased then unread_time end as unread_time,
    case
        when is_erased then 'erased'
        when anonymous_id is null then 'no anonymous_id'
        when lead_id is null then 'no lead_id'
        when unread_time is not null then 'identified_at cannot be read'
        when identified_at is null then 'no identified_at'
        when identified_at > {{ built_at() }}
            then 'identified_at after this build'
        when lead_key is null then 'unknown lead'
        when link > 1 then 'anonymous_id linked before'
    end as rejection_reason
from marked
