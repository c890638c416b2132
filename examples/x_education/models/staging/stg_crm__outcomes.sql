with source as (
    select * from {{ source('x_education', 'leads') }}
),

renamed as (
    select
        ---------- ids
        "Prospect ID" as lead_id,

        ---------- text
        case when "Converted" = '1' then 'won' else 'lost' end as outcome,

        ---------- timestamps
        cast('{{ var("closed_at") }}' as timestamp) as closed_at
    from source
)

select * from renamed
