-- What a household did and got before the campaign started: purchases, mailings
-- and redemptions. Each mailing has its own copy, since a lead is a mailing.
with leads as (
    select
        *,
        split_part(lead_id, '-', 2) as household_id
    from {{ ref('stg_crm__leads') }}
),

campaigns as (
    select * from {{ source('complete_journey', 'campaigns') }}
),

campaign_descriptions as (
    select * from {{ source('complete_journey', 'campaign_descriptions') }}
),

coupon_redemptions as (
    select * from {{ source('complete_journey', 'coupon_redemptions') }}
),

transactions as (
    select * from {{ source('complete_journey', 'transactions') }}
),

products as (
    select * from {{ source('complete_journey', 'products') }}
),

of_households as (
    select
        ---------- ids
        'mailing-' || campaigns.campaign_id as event_id,
        cast(campaigns.household_id as varchar) as household_id,

        ---------- text
        'mailing' as event_type,
        campaign_descriptions.campaign_type,
        cast(null as varchar) as department,
        cast(null as varchar) as product_category,
        cast(null as varchar) as brand,

        ---------- numerics
        cast(null as double) as sales_value,
        cast(null as double) as quantity,
        cast(null as double) as coupon_discount,
        cast(null as double) as shop_discount,

        ---------- timestamps
        campaign_descriptions.start_date as occurred_at
    from campaigns
    inner join campaign_descriptions
        on campaigns.campaign_id = campaign_descriptions.campaign_id

    union all

    select
        ---------- ids
        'redemption-' || coupon_redemptions.campaign_id || '-'
        || coupon_redemptions.coupon_upc || '-'
        || cast(coupon_redemptions.redemption_date as date) as event_id,
        cast(coupon_redemptions.household_id as varchar) as household_id,

        ---------- text
        'redemption' as event_type,
        campaign_descriptions.campaign_type,
        cast(null as varchar) as department,
        cast(null as varchar) as product_category,
        cast(null as varchar) as brand,

        ---------- numerics
        cast(null as double) as sales_value,
        cast(null as double) as quantity,
        cast(null as double) as coupon_discount,
        cast(null as double) as shop_discount,

        ---------- timestamps
        coupon_redemptions.redemption_date as occurred_at
    from coupon_redemptions
    inner join campaign_descriptions
        on coupon_redemptions.campaign_id = campaign_descriptions.campaign_id

    union all

    select
        ---------- ids
        'purchase-' || transactions.basket_id || '-' || transactions.product_id
            as event_id,
        cast(transactions.household_id as varchar) as household_id,

        ---------- text
        'purchase' as event_type,
        cast(null as varchar) as campaign_type,
        products.department,
        products.product_category,
        products.brand,

        ---------- numerics
        transactions.sales_value,
        transactions.quantity,
        transactions.coupon_disc as coupon_discount,
        transactions.retail_disc as shop_discount,

        ---------- timestamps
        transactions.transaction_timestamp as occurred_at
    from transactions
    left join products on transactions.product_id = products.product_id
),

events as (
    select
        leads.lead_id || '-' || of_households.event_id as event_id,
        leads.lead_id,
        of_households.event_type,
        of_households.campaign_type,
        of_households.department,
        of_households.product_category,
        of_households.brand,
        of_households.sales_value,
        of_households.quantity,
        of_households.coupon_discount,
        of_households.shop_discount,
        of_households.occurred_at,
        cast(null as timestamp) as loaded_at
    from of_households
    inner join leads
        on
            of_households.household_id = leads.household_id
            and of_households.occurred_at < leads.created_at
)

select * from events
