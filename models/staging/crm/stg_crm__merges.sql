with source as (
    select *
    from {{ crm_table(
        'merges', ['lead_id', 'into_lead_id', 'merged_at'], ['merged_at']
    ) }} as merge_rows
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('lead_id', list_var('empty_values')) }} as lead_id,
        {{ trimmed_text('into_lead_id', list_var('empty_values')) }}
            as into_lead_id,

        ---------- timestamps
        merged_at
    from source
)

select * from renamed
