-- Whoever asked to be forgotten is in no mart, and neither is who was merged
-- into them.
with shown as (
    select distinct lead_id from {{ ref('lead_scores') }}
    union all
    select distinct lead_id from {{ ref('lead_score_ledger') }}
    union all
    select distinct lead_id from {{ ref('rejected_rows') }}
    union all
    select distinct lead_id from {{ ref('flagged_events') }}
)

select shown.lead_id
from shown
inner join {{ ref('int_erased_actors') }} as erased
    on {{ text_key('shown.lead_id') }} = erased.actor_key
where shown.lead_id is not null
