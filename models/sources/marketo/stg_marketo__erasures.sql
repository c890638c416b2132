{{ config(enabled=(
    'marketo' in (var('sources') or []) and var('marketo_deletes_are_erasures')
)) }}

select
    {{ source_id('marketo', 'lead_id') }} as lead_id,
    activity_date as requested_at
from {{ raw_table(
    'marketo', 'activity_delete_lead', ['lead_id'], ['activity_date']
) }} as deletions
