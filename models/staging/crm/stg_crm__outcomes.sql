with source as (
    select *
    from {{ crm_table(
        'outcomes', ['lead_id', 'outcome', 'closed_at', 'amount'], ['amount']
    ) }} as outcomes
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('lead_id', list_var('empty_values')) }} as lead_id,

        ---------- text
        {{ lowered(trimmed_text('outcome')) }} as outcome,

        ---------- numerics
        {{ parsed_number(trimmed_text('amount')) }} as amount,

        ---------- timestamps
        closed_at
    from source
)

select * from renamed
