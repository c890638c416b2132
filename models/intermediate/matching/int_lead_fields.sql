with versions as (
    select
        lead_key as version_key,
        {{ attribute_columns() }}
        email,
        email_domain
    from {{ ref('int_leads') }}

    union all

    select
        version_key,
        {{ attribute_columns() }}
        email,
        email_domain
    from {{ ref('int_lead_versions') }}
),

fields as (
    {{ melted('versions', 'version_key', lead_field_columns()) }}
)

select * from fields
