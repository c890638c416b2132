with signatures as (
    select * from {{ ref('int_event_signatures') }}
),

fields as (
    {{ melted('signatures', 'signature_key', event_property_columns()) }}
)

select * from fields
