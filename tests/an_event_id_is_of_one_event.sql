-- Ids that come again with another lead, type or time: the first event counts,
-- and the others are lost. The source has to give each event an id of its own,
-- such as its id and its type.
{{ config(severity='warn') }}

select
    record_id as event_id,
    count(*) as rows_lost
from {{ ref('rejected_rows') }}
where reason = 'event_id of another event'
group by record_id
