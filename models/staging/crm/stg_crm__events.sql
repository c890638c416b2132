with source as (
    select *
    from {{ crm_table(
        'events',
        [
            'event_id', 'lead_id', 'anonymous_id', 'event_type', 'occurred_at',
            'loaded_at'
        ] + var('event_properties') + var('event_measures'),
        ['anonymous_id']
    ) }} as events
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('event_id') }} as event_id,
        {{ trimmed_text('lead_id') }} as lead_id,
        {{ trimmed_text('anonymous_id') }} as anonymous_id,

        ---------- text
        {{ lowered(trimmed_text('event_type')) }} as event_type,
        {{ selected_columns(var('event_properties')) }}

        ---------- numerics
        {{ selected_numbers(var('event_measures')) }}

        ---------- timestamps
        {{ parsed_timestamp('occurred_at') }} as occurred_at,
        {{ parsed_timestamp('loaded_at') }} as loaded_at
    from source
    {{ worked_out_once() }}
)

select * from renamed
