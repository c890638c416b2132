-- A merge of its own tells more than the one that its lead names. It makes a
-- lead of whom no row tells, one that was somebody else from the first moment.
with checked as (
    select * from {{ ref('int_leads_checked') }}
    where rejection_reason is null
),

leads as (
    select * from checked
    where not is_merge
),

lead_merges as (
    select * from checked
    where is_merge
),

known as (
    select
        leads.email,
        {% for column in field_columns('lead_attributes').values() -%}
        leads.{{ column }},
        {% endfor -%}
        leads.created_at,
        leads.lead_id,
        coalesce(lead_merges.merged_into_lead_id, leads.merged_into_lead_id)
            as merged_into_lead_id,
        case
            when lead_merges.lead_id is null then leads.merged_at
            else lead_merges.merged_at
        end as merged_at,
        true as is_in_leads
    from leads
    left join lead_merges on leads.lead_id = lead_merges.lead_id

    union all

    select
        null as email,
        {% for column in field_columns('lead_attributes').values() -%}
        null as {{ column }},
        {% endfor -%}
        coalesce(
            lead_merges.merged_at,
            cast('0001-01-01' as {{ dbt.type_timestamp() }})
        ) as created_at,
        lead_merges.lead_id,
        lead_merges.merged_into_lead_id,
        lead_merges.merged_at,
        false as is_in_leads
    from lead_merges
    left join leads on lead_merges.lead_id = leads.lead_id
    where leads.lead_id is null
),

keyed as (
    select
        ---------- ids
        {{ text_key('lead_id') }} as lead_key,
        lead_id,
        merged_into_lead_id,

        ---------- text
        email,
        {{ lowered(email_domain('email')) }} as email_domain,
        {% for column in field_columns('lead_attributes').values() -%}
        {{ column }},
        {% endfor %}

        ---------- timestamps
        created_at,
        merged_at,

        ---------- booleans
        is_in_leads
    from known
)

select * from keyed
