-- A lead is a mailing: a household to which a campaign was sent. One household
-- gets several, and redeems a coupon of some.
with campaigns as (
    select * from {{ source('complete_journey', 'campaigns') }}
),

campaign_descriptions as (
    select * from {{ source('complete_journey', 'campaign_descriptions') }}
),

demographics as (
    select * from {{ source('complete_journey', 'demographics') }}
),

renamed as (
    select
        ---------- ids
        campaigns.campaign_id || '-' || campaigns.household_id as lead_id,

        ---------- text
        campaign_descriptions.campaign_type,
        demographics.age,
        demographics.income,
        demographics.home_ownership,
        demographics.marital_status,
        demographics.household_size,
        demographics.household_comp as household_composition,
        demographics.kids_count as kids,

        ---------- timestamps
        campaign_descriptions.start_date as created_at
    from campaigns
    inner join campaign_descriptions
        on campaigns.campaign_id = campaign_descriptions.campaign_id
    left join demographics
        on campaigns.household_id = demographics.household_id
    where
        campaign_descriptions.start_date >= '{{ var("first_day") }}'
        and campaign_descriptions.end_date <= '{{ var("last_day") }}'
)

select * from renamed
