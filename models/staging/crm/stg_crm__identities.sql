with source as (
    select *
    from {{ crm_table(
        'identities', ['anonymous_id', 'lead_id', 'identified_at']
    ) }} as identities
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('anonymous_id') }} as anonymous_id,
        {{ trimmed_text('lead_id') }} as lead_id,

        ---------- timestamps
        {{ parsed_timestamp('identified_at') }} as identified_at
    from source
)

select * from renamed
