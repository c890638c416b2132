-- Keys and nothing else, whatever `as_of` is: a look-back brings nobody back.
with requests as (
    select distinct {{ text_key('lead_id') }} as lead_key
    from (
        select {{ given_id('lead_id') }} as lead_id
        from {{ input_table('stg_crm__erasures') }}
    ) as given
    where lead_id is not null
),

leads as (
    select {{ lead_columns() }}
    from {{ input_table('stg_crm__leads') }}
),

identities as (
    select
        {{ given_id('anonymous_id') }} as anonymous_id,
        {{ given_id('lead_id') }} as lead_id
    from {{ input_table('stg_crm__identities') }}
),

-- of rows of one lead that differ, the merge into one who asks counts
merged as (
    select
        {{ text_key('leads.lead_id') }} as lead_key,
        coalesce(
            min(requests.lead_key),
            {{ text_key(first_text('leads.merged_into_lead_id')) }}
        ) as next_key
    from leads
    left join requests
        on {{ text_key('leads.merged_into_lead_id') }} = requests.lead_key
    where leads.merged_into_lead_id <> leads.lead_id
    group by leads.lead_id
),

-- Chains end at whoever asks, so that all that is merged into them is found
-- there; when they are merged, and whether the end is a known lead, is all one.
merge_links as (
    select
        1 as scored_at,
        merged.lead_key,
        merged.next_key,
        merged.lead_key as age_rank
    from merged
    left join requests on merged.lead_key = requests.lead_key
    where requests.lead_key is null
),

{{ merge_survivors('merge_links') }},

erased_leads as (
    select lead_key as actor_key from requests

    union all

    select survivors.lead_key as actor_key
    from survivors
    inner join requests on survivors.survivor_key = requests.lead_key
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
