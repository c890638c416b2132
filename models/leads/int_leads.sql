with leads as (
    select * from {{ ref('int_leads_checked') }}
    where rejection_reason is null
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
        merged_at
    from leads
)

select * from keyed
