{{ config(enabled=source_models_of('records') != []) }}

with people as (
    select * from {{ ref('int_people') }}
    where is_anybody = 1
)

select
    lead_id,
    source_name,
    record_type,
    source_record_id,
    record_id,
    is_there,
    created_at
from people
where source_name is not null
