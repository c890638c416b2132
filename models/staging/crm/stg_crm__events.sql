with source as (
    select *
    from {{ crm_table(
        'events',
        [
            'event_id', 'lead_id', 'anonymous_id', 'event_type', 'occurred_at',
            'loaded_at',
        ],
        ['anonymous_id'],
        field_columns('event_properties', 'event_measures') | list
    ) }} as events
),

renamed as (
    select
        ---------- ids
        {% for name in ['event_id', 'lead_id', 'anonymous_id'] -%}
        {{ trimmed_text(name, list_var('empty_values')) }} as {{ name }},
        {% endfor %}

        ---------- text
        {{ lowered(trimmed_text('event_type', list_var('empty_values'))) }}
            as event_type,

        ---------- text and numerics that vars name, as they are
        {% for column in columns_of(
            crm_table('events'),
            field_columns('event_properties', 'event_measures') | list,
            'events'
        ) -%}
        {{ column }},
        {% endfor %}

        ---------- timestamps
        occurred_at,
        loaded_at
    from source
    {{ adapter.dispatch('worked_out_once', 'lead_scoring')() }}
)

select * from renamed
