with source as (
    select *
    from {{ crm_table('erasures', ['lead_id', 'requested_at']) }} as erasures
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('lead_id') }} as lead_id,

        ---------- timestamps
        {{ parsed_timestamp('requested_at') }} as requested_at
    from source
)

select * from renamed
