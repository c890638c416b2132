with source as (
    select * from {{ source('complete_journey', 'coupon_redemptions') }}
),

renamed as (
    select
        ---------- ids
        cast(household_id as varchar) as lead_id,

        ---------- text
        'won' as outcome,

        ---------- timestamps
        redemption_date as closed_at
    from source
)

select * from renamed
