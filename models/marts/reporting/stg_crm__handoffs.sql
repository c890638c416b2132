{{ config(enabled=is_switched_on('reporting')) }}

with source as (
    select *
    from {{ crm_table(
        'handoffs',
        [
            'handoff_id', 'lead_id', 'owner', 'handed_over_at', 'answer',
            'answered_at', 'reason',
        ],
        ['owner', 'reason']
    ) }} as handoffs
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('handoff_id', list_var('empty_values')) }}
            as handoff_id,
        {{ trimmed_text('lead_id', list_var('empty_values')) }} as lead_id,

        ---------- text
        {{ trimmed_text('owner', list_var('empty_values')) }} as owner,
        {{ lowered(trimmed_text('answer', list_var('empty_values'))) }}
            as answer,
        {{ trimmed_text('reason', list_var('empty_values')) }} as reason,

        ---------- timestamps
        handed_over_at,
        answered_at
    from source
)

select * from renamed
