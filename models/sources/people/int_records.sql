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
    select
        given.*,
        not given.is_deleted as is_there
    from given
    left join record_merges on given.record_id = record_merges.record_id
    where not given.is_deleted or record_merges.record_id is not null
),

named as (
    select record_id from record_merges
    union distinct
    select into_record_id as record_id from record_merges
),

-- of these there is only the id
ids as (
    select named.record_id
    from named
    left join records on named.record_id = records.record_id
    where records.record_id is null
),

all_records as (
    select
        record_id,
        source_name,
        record_type,
        source_record_id,
        source_rank,
        trust,
        email,
        {% for column in field_columns('lead_attributes').values() -%}
        {{ column }},
        {% endfor -%}
        created_at,
        is_there
    from records

    union all

    select
        record_id,
        null as source_name,
        null as record_type,
        null as source_record_id,
        null as source_rank,
        null as trust,
        null as email,
        {% for column in field_columns('lead_attributes').values() -%}
        null as {{ column }},
        {% endfor -%}
        null as created_at,
        false as is_there
    from ids
)

select
    all_records.*,
    record_merges.into_record_id,
    record_merges.merged_at
from all_records
left join record_merges on all_records.record_id = record_merges.record_id
