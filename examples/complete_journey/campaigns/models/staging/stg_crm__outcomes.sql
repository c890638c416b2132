-- The first coupon of the campaign that the household redeemed, on a day
-- without a time: it counts from noon, so that one of the campaign's first day
-- is not redeemed before its start.
with source as (
    select * from {{ source('complete_journey', 'coupon_redemptions') }}
),

leads as (
    select * from {{ ref('stg_crm__leads') }}
),

redeemed as (
    select
        ---------- ids
        campaign_id || '-' || household_id as lead_id,

        ---------- text
        'won' as outcome,

        ---------- timestamps
        min(redemption_date) + interval 12 hour as closed_at
    from source
    group by campaign_id, household_id
)

select redeemed.*
from redeemed
inner join leads on redeemed.lead_id = leads.lead_id
