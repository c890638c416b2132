with source as (
    select *
    from {{ crm_table(
        'leads',
        [
            'lead_id', 'email', 'merged_into_lead_id', 'created_at', 'merged_at'
        ] + var('lead_attributes'),
        ['email', 'merged_into_lead_id', 'merged_at']
    ) }} as leads
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('lead_id') }} as lead_id,
        {{ trimmed_text('merged_into_lead_id') }} as merged_into_lead_id,

        ---------- text
        {{ lowered(trimmed_text('email')) }} as email,
        {{ selected_columns(var('lead_attributes')) }}

        ---------- timestamps
        {{ parsed_timestamp('created_at') }} as created_at,
        {{ parsed_timestamp('merged_at') }} as merged_at
    from source
)

select * from renamed
