-- Kept, and growing: few combinations, however many events.
with event_rows as (
    select * from {{ ref('int_event_rows') }} as event_rows
    where {{ is_to_read(ref('int_events_to_read')) }}
),

so_far as (
    select * from {{ so_far({'signature_key': dbt.type_bigint()}) }} as so_far
),

seen as (
    select distinct
        {{ signature_fields('event_rows', 'event_types', compared_numbers(
            ref('int_conditions'), ref('int_condition_items')
        )) }}
        event_rows.event_type
    from event_rows
    inner join {{ ref('int_scored_event_types') }} as event_types
        on event_rows.event_type = event_types.event_type

    union distinct

    {{ possible_sessions(
        ref('int_scored_event_types'),
        compared_numbers(ref('int_conditions'), ref('int_condition_items'))
    ) }}
),

keyed as (
    select
        {{ signature_key('seen') }} as signature_key,
        {% for column in field_columns(
            'event_properties', 'event_measures'
        ).values() -%}
        seen.{{ column }},
        {% endfor -%}
        seen.event_type
    from seen
)

select keyed.*
from keyed
left join so_far on keyed.signature_key = so_far.signature_key
where so_far.signature_key is null
