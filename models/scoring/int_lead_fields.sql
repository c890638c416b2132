with versions as (
    select
        lead_key as version_key,
        {% for column in field_columns('lead_attributes').values() -%}
        {{ column }},
        {% endfor %}
        email,
        email_domain
    from {{ ref('int_leads') }}

    union all

    select
        version_key,
        {% for column in field_columns('lead_attributes').values() -%}
        {{ column }},
        {% endfor %}
        email,
        email_domain
    from {{ ref('int_lead_versions') }}
),

fields as (
    {% for name, column in [
        ('email', 'email'), ('email_domain', 'email_domain')
    ] + field_columns('lead_attributes').items() | list if column != 'attribute_email' %}
    select
        version_key,
        '{{ name }}' as field,
        coalesce({{ column }}, '') as value
    from versions
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from fields
