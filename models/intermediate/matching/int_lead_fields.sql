with leads as (
    select * from {{ ref('int_leads') }}
),

fields as (
    {{ melted('leads', 'lead_key', lead_field_columns()) }}
)

select * from fields
