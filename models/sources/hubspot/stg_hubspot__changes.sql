{{ config(enabled='hubspot' in (var('sources') or [])) }}

with changes as (
    select *
    from {{ raw_table(
        'hubspot', 'contact_property_history',
        texts=['contact_id', 'name', 'value'],
        times=['timestamp as changed_at'],
    ) }} as raw_changes
),

fields as (
    select
        *,
        case name
            when 'email' then 'email'
            {% for attribute, column in source_attributes('hubspot').items() -%}
            when '{{ column | replace("property_", "", 1) }}'
                then '{{ attribute }}'
            {% endfor %}
        end as field
    from changes
)

select
    {{ source_id('hubspot', 'contact_id') }} as record_id,
    field,
    {{ trimmed_text('value', list_var('empty_values')) }} as value,
    changed_at as valid_from
from fields
where field is not null and changed_at is not null
