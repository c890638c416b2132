{{ config(enabled='marketo' in (var('sources') or [])) }}

-- Activities name a field by its label; lead_describe has its column.
with changes as (
    select
        changes.*,
        lower({{ dbt.replace(
            'coalesce(fields.rest_name, changes.primary_attribute_value)',
            "'_'", "''"
        ) }}) as column_name,
        row_number() over (
            partition by changes.lead_id, changes.primary_attribute_value
            order by changes.activity_date, changes.id
        ) as place
    from {{ raw_table('marketo', 'activity_change_data_value',
        ['id', 'lead_id', 'primary_attribute_value', 'old_value', 'new_value'],
        ['activity_date']) }} as changes
    left join {{ raw_table('marketo', 'lead_describe',
        ['display_name', 'rest_name']) }} as fields
        on changes.primary_attribute_value = fields.display_name
)

{% for value, time in [('new_value', 'activity_date'),
    ('old_value', "cast('1900-01-01' as " ~ dbt.type_timestamp() ~ ')')] -%}
{% for field, column in [('email', 'email')]
    + source_attributes('marketo').items() | list -%}
select
    {{ source_id('marketo', 'lead_id') }} as record_id,
    '{{ field }}' as field,
    {{ trimmed_text(value, list_var('empty_values')) }} as value,
    {{ time }} as valid_from
from changes
where
    column_name = '{{ column | lower | replace("_", "") }}'
    and (place = 1 or '{{ value }}' = 'new_value')
{{ 'union all' if not loop.last or value == 'new_value' }}
{% endfor %}
{% endfor %}
