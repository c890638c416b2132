with source as (
    select *
    from {{ crm_table(
        'outcomes', ['lead_id', 'outcome', 'closed_at', 'amount'], ['amount']
    ) }} as outcomes
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('lead_id') }} as lead_id,

        ---------- text
        {{ lowered(trimmed_text('outcome')) }} as outcome,

        ---------- numerics
        {{ parsed_number(trimmed_text('amount')) }} as amount,

        ---------- timestamps
        {{ parsed_timestamp('closed_at') }} as closed_at
    from source
)

select * from renamed
