with signatures as (
    select * from {{ ref('int_event_signatures') }}
),

fields as (
    {{ melted('signatures', 'signature_key', event_field_columns()) }}
)

select * from fields
