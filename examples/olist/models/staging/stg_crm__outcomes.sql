-- All columns but the date are known of sellers alone, so none is an attribute.
with source as (
    select * from {{ source('olist', 'closed_deals') }}
),

renamed as (
    select
        ---------- ids
        mql_id as lead_id,

        ---------- text
        'won' as outcome,

        ---------- timestamps
        strptime(won_date, '%d-%m-%Y %H:%M') as closed_at
    from source
)

select * from renamed
