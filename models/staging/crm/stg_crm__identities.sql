with source as (
    select *
    from {{ crm_table(
        'identities', ['anonymous_id', 'lead_id', 'identified_at']
    ) }} as identities
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('anonymous_id', list_var('empty_values')) }}
            as anonymous_id,
        {{ trimmed_text('lead_id', list_var('empty_values')) }} as lead_id,

        ---------- timestamps
        identified_at
    from source
)

select * from renamed
