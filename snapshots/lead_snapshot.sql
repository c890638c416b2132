{% snapshot lead_snapshot %}
{{ config(
    check_cols=['email'] + lead_scoring.field_columns('lead_attributes').values() | list
) }}
select * from {{ ref('int_leads_to_keep') }}
{% endsnapshot %}
