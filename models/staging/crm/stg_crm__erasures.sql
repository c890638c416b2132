with source as (
    select *
    from {{ crm_table('erasures', ['lead_id', 'requested_at']) }} as erasures
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('lead_id', list_var('empty_values')) }} as lead_id,

        ---------- timestamps
        requested_at
    from source
)

select * from renamed
