-- `Select` is what the form shows while nothing is chosen. Columns that sales
-- filled in when the outcome was known are left out: see the README.
with source as (
    select * from {{ source('x_education', 'leads') }}
),

renamed as (
    select
        ---------- ids
        "Prospect ID" as lead_id,

        ---------- text
        "Lead Origin" as lead_origin,
        "Lead Source" as lead_source,
        "Do Not Email" as do_not_email,
        "Do Not Call" as do_not_call,
        nullif("What is your current occupation", 'Select') as occupation,
        nullif("Specialization", 'Select') as specialization,
        nullif("City", 'Select') as city,
        "Country" as country,
        nullif("How did you hear about X Education", 'Select')
            as heard_of_us_by,
        "What matters most to you in choosing a course" as matters_most,
        "Search" as saw_search_ad,
        "Newspaper" as saw_newspaper,
        "Digital Advertisement" as saw_digital_ad,
        "Through Recommendations" as was_recommended,
        "A free copy of Mastering The Interview" as took_free_copy,

        ---------- numerics
        "TotalVisits" as total_visits,
        "Total Time Spent on Website" as total_time_spent,
        "Page Views Per Visit" as page_views_per_visit,

        ---------- timestamps
        cast('{{ var("created_at") }}' as timestamp) as created_at
    from source
)

select * from renamed
