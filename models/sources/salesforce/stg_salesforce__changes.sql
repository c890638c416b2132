{{ config(enabled='salesforce' in (var('sources') or [])) }}

-- Fivetran's history mode has a row for each version, with all its columns.
with fields as (
    {% for field in ['email']
        + field_columns('lead_attributes') | reject('eq', 'email') | list -%}
    select '{{ field }}' as field
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

{% for table in ['contact_history', 'lead_history'] -%}
select
    {{ source_id('salesforce', 'versions.id') }} as record_id,
    fields.field,
    case fields.field
        when 'email' then {{ trimmed_text('versions.email') }}
        {% for attribute, column in
            field_columns('lead_attributes').items() if attribute != 'email' -%}
        when '{{ attribute }}' then versions.{{ column }}
        {% endfor %}
    end as value,
    versions._fivetran_start as valid_from
from {{ raw_table(
    'salesforce', table,
    texts=['id', 'email'],
    times=['_fivetran_start'],
    attributes=source_attributes('salesforce', {
        'country': 'mailing_country'} if table == 'contact_history' else {}),
    with_history=true,
) }} as versions
cross join fields
{{ 'union all' if not loop.last }}
{% endfor %}
