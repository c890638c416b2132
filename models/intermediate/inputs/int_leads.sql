with leads as (
    select * from {{ ref('int_leads_checked') }}
    where rejection_reason is null
),

keyed as (
    select
        {{ text_key('lead_id') }} as lead_key,
        lower({{ email_domain('email') }}) as email_domain,
        *
    from leads
)

select * from keyed
