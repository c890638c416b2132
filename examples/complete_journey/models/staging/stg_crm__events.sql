-- Mailings received and products bought. Nothing says when a row was loaded:
-- without `loaded_at` an event is known from when it occurred.
with campaigns as (
    select * from {{ source('complete_journey', 'campaigns') }}
),

campaign_descriptions as (
    select * from {{ source('complete_journey', 'campaign_descriptions') }}
),

transactions as (
    select * from {{ source('complete_journey', 'transactions') }}
),

products as (
    select * from {{ source('complete_journey', 'products') }}
),

mailings as (
    select
        campaigns.*,
        campaign_descriptions.campaign_type,
        campaign_descriptions.start_date
    from campaigns
    inner join campaign_descriptions
        on campaigns.campaign_id = campaign_descriptions.campaign_id
),

purchases as (
    select
        transactions.*,
        products.department,
        products.product_category,
        products.brand
    from transactions
    left join products on transactions.product_id = products.product_id
),

events as (
    select
        ---------- ids
        'mailing-' || campaign_id || '-' || household_id as event_id,
        cast(household_id as varchar) as lead_id,

        ---------- text
        'mailing' as event_type,
        campaign_type,
        cast(null as varchar) as department,
        cast(null as varchar) as product_category,
        cast(null as varchar) as brand,

        ---------- numerics
        cast(null as double) as sales_value,
        cast(null as double) as quantity,

        ---------- timestamps
        start_date as occurred_at,
        cast(null as timestamp) as loaded_at
    from mailings

    union all

    select
        ---------- ids
        'purchase-' || basket_id || '-' || product_id as event_id,
        cast(household_id as varchar) as lead_id,

        ---------- text
        'purchase' as event_type,
        cast(null as varchar) as campaign_type,
        department,
        product_category,
        brand,

        ---------- numerics
        sales_value,
        quantity,

        ---------- timestamps
        transaction_timestamp as occurred_at,
        cast(null as timestamp) as loaded_at
    from purchases
)

select * from events
