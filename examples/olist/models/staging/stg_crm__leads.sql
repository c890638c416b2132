with source as (
    select * from {{ source('olist', 'marketing_qualified_leads') }}
),

renamed as (
    select
        ---------- ids
        mql_id as lead_id,

        ---------- text
        origin,
        landing_page_id as landing_page,

        ---------- timestamps
        strptime(first_contact_date, '%d-%m-%Y') as created_at
    from source
)

select * from renamed
