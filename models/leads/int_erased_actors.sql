-- Keys and nothing else, whatever `as_of` is: a look-back brings nobody back.
with recursive requests as (
    select distinct {{ text_key('lead_id') }} as lead_key
    from (
        select {{ given_id('lead_id') }} as lead_id
        from {{ input_table('stg_crm__erasures') }}
    ) as given
    where lead_id is not null
),

lead_rows as (
    select {{ lead_columns() }}
    from {{ input_table('stg_crm__leads') }}
),

merge_rows as (
    select
        {{ given_id('lead_id') }} as lead_id,
        {{ given_id('into_lead_id') }} as merged_into_lead_id
    from {{ input_table('stg_crm__merges') }}
),

leads as (
    select
        lead_id,
        merged_into_lead_id
    from lead_rows

    union all

    select
        lead_id,
        merged_into_lead_id
    from merge_rows
),

identities as (
    select
        {{ given_id('anonymous_id') }} as anonymous_id,
        {{ given_id('lead_id') }} as lead_id
    from {{ input_table('stg_crm__identities') }}
),

-- Of several rows of a lead the merge into somebody who asks counts.
lead_merges as (
    select
        {{ text_key('leads.lead_id') }} as lead_key,
        coalesce(
            min(requests.lead_key),
            {{ text_key(first_text('leads.merged_into_lead_id')) }}
        ) as next_key
    from leads
    left join requests
        on {{ text_key('leads.merged_into_lead_id') }} = requests.lead_key
    left join requests as own_requests
        on {{ text_key('leads.lead_id') }} = own_requests.lead_key
    where
        leads.merged_into_lead_id <> leads.lead_id
        and own_requests.lead_key is null
    group by leads.lead_id
),

-- Whoever was merged into somebody who asks, whenever and by whichever way, and
-- whether or not the other one is a known lead.
erased_leads {{ recursion_limit() }} as (
    select lead_key as actor_key from requests

    union all

    select lead_merges.lead_key as actor_key
    from erased_leads
    inner join lead_merges on erased_leads.actor_key = lead_merges.next_key
),

erased_visitors as (
    select distinct {{ visitor_key('identities.anonymous_id') }} as actor_key
    from identities
    inner join erased_leads
        on {{ text_key('identities.lead_id') }} = erased_leads.actor_key
    where identities.anonymous_id is not null
)

select actor_key from erased_leads
union all
select actor_key from erased_visitors
