-- Bad rows do not stop a build. But where most rows of an input cannot be used,
-- its staging model probably maps a wrong column: the wrong id, the wrong date.
{{ config(severity='warn') }}

select
    input,
    sum(rows_read) as rows_read,
    sum(rows_used) as rows_used,
    sum(rows_read_before) as rows_read_before,
    sum(rows_rejected) as rows_rejected
from {{ ref('input_counts') }}
group by input
having sum(rows_rejected) + sum(rows_read_before) > sum(rows_used)
