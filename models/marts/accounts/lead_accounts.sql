{{ config(enabled=is_switched_on('reporting')) }}

select
    lead_id,
    account_id,
    match_reason,
    confidence,
    company
from {{ ref('int_account_people') }}
