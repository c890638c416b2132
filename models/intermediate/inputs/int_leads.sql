with leads as (
    select * from {{ ref('int_leads_checked') }}
    where rejection_reason is null
),

keyed as (
    select
        cast(row_number() over (order by created_at, lead_id) as integer)
            as lead_key,
        lower({{ email_domain('email') }}) as email_domain,
        *
    from leads
)

select * from keyed
