{{ config(enabled=source_models_of('records') != []) }}

select
    lead_id,
    source_name,
    record_type,
    source_record_id,
    record_id,
    is_there,
    created_at
from {{ ref('int_people') }}
where source_name is not null
