{{ config(enabled=source_models_of('records') != []) }}

-- Email addresses of records, with former ones where a source has them. One
-- that many share ties no records together, and belongs to none.
with addresses as (
    select
        record_id,
        email as address,
        created_at as known_at,
        0 as is_former,
        is_there
    from {{ ref('int_records') }}
    where email is not null and created_at is not null

    union all

    select
        changes.record_id,
        {{ address_of('changes.value') }} as address,
        changes.valid_from as known_at,
        1 as is_former,
        records.is_there
    from {{ union_of_sources(
        'changes', ['record_id', 'field', 'value', 'valid_from'],
        types={'valid_from': dbt.type_timestamp()}
    ) }} as changes
    inner join {{ ref('int_records') }} as records
        on changes.record_id = records.record_id
    where changes.field = 'email' and changes.value is not null
),

placed as (
    select
        *,
        count(*) over (partition by address) as rows_of_it,
        -- those that were merged away make no address a shared one
        count(case when is_former = 0 and is_there then record_id end)
            over (partition by address) as records_of_it,
        row_number() over (
            partition by address
            order by is_former, known_at, {{ in_byte_order('record_id') }}
        ) as place
    from addresses
),

marked as (
    select
        *,
        records_of_it <= {{ whole_number_var(
            'records_per_address', 1000000, 5
        ) }}
        and not {{ is_shared_address('address') }} as is_personal
    from placed
)

select
    record_id,
    record_id as lead_id,
    address,
    case
        when place = 1 and (records_of_it < 2 or is_personal)
            then {{ visitor_of('address') }}
    end as anonymous_id,
    is_former = 0 and rows_of_it > 1 and is_personal as is_tie,
    known_at as identified_at
from marked
