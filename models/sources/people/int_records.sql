{{ config(enabled=source_models_of('records') != []) }}

-- Deleted records are left out, unless they were merged into another one. Of
-- some records that a merge names, nothing is there but the id.
with given as (
    select *
    from {{ union_of_sources('records', [
        'record_id', 'source_name', 'record_type', 'source_record_id', 'trust',
        'email',
    ] + field_columns('lead_attributes').values() | list + [
        'created_at', 'is_deleted',
    ]) }} as given
),

record_merges as (
    select
        record_id,
        min(into_record_id) as into_record_id,
        max(merged_at) as merged_at
    from {{ union_of_sources(
        'merges', ['record_id', 'into_record_id', 'merged_at'],
        types={'merged_at': dbt.type_timestamp()}
    ) }} as given_merges
    where record_id <> into_record_id
    group by record_id
),

records as (
    select given.*
    from given
    left join record_merges on given.record_id = record_merges.record_id
    where not given.is_deleted or record_merges.record_id is not null
),

named as (
    select record_id from records
    union all
    select record_id from record_merges
    union all
    select into_record_id as record_id from record_merges
),

ids as (
    select distinct record_id from named
)

select
    ids.record_id,
    record_merges.into_record_id,
    records.source_name,
    records.record_type,
    records.source_record_id,
    records.source_rank,
    records.trust,
    records.email,
    {% for column in field_columns('lead_attributes').values() -%}
    records.{{ column }},
    {% endfor -%}
    records.created_at,
    record_merges.merged_at,
    records.record_id is not null and not records.is_deleted as is_there
from ids
left join records on ids.record_id = records.record_id
left join record_merges on ids.record_id = record_merges.record_id
