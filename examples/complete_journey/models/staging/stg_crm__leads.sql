-- A household becomes a lead with its first purchase.
with transactions as (
    select * from {{ source('complete_journey', 'transactions') }}
),

demographics as (
    select * from {{ source('complete_journey', 'demographics') }}
),

households as (
    select
        household_id,
        min(transaction_timestamp) as created_at
    from transactions
    group by household_id
),

renamed as (
    select
        ---------- ids
        cast(households.household_id as varchar) as lead_id,

        ---------- text
        demographics.age,
        demographics.income,
        demographics.home_ownership,
        demographics.marital_status,
        demographics.household_size,
        demographics.household_comp as household_composition,
        demographics.kids_count as kids,

        ---------- timestamps
        households.created_at
    from households
    left join demographics
        on households.household_id = demographics.household_id
)

select * from renamed
