{{ config(enabled=source_models_of('changes') != []) }}

-- Versions of people, of the changes that sources have recorded of their
-- records. At each time the most trusted record that knows an attribute counts.
with changes as (
    select record_id, field, value, valid_from
    from {{ union_of_sources(
        'changes', ['record_id', 'field', 'value', 'valid_from']
    ) }} as changes
    where valid_from is not null
),

moments as (
    select distinct people.lead_id, changes.valid_from
    from changes
    inner join {{ ref('int_people') }} as people
        on changes.record_id = people.record_id
),

changed as (
    select distinct lead_id from moments
),

people as (
    select people.*
    from {{ ref('int_people') }} as people
    inner join changed on people.lead_id = changed.lead_id
),

recorded as (
    select distinct record_id, field from changes
),

-- what no change is recorded of has always been as it is
values_held as (
    {% for field, column in ([('email', 'email')]
        + field_columns('lead_attributes').items() | list)
        if field != 'email' or column == 'email' -%}
    select
        people.record_id,
        '{{ field }}' as field,
        people.{{ column }} as value,
        cast('0001-01-01' as {{ dbt.type_timestamp() }}) as valid_from
    from people
    left join recorded
        on
            people.record_id = recorded.record_id
            and recorded.field = '{{ field }}'
    where recorded.record_id is null
    union all
    {% endfor -%}
    select record_id, field, value, valid_from from changes
),

held as (
    select
        *,
        lead(valid_from) over (
            partition by record_id, field
            order by valid_from, {{ in_byte_order('value') }} asc nulls last
        ) as valid_to
    from values_held
),

known as (
    select
        moments.lead_id,
        moments.valid_from,
        held.field,
        held.value,
        row_number() over (
            partition by moments.lead_id, moments.valid_from, held.field
            order by
                case when people.is_there then 0 else 1 end,
                case when people.into_record_id is null then 0 else 1 end,
                people.source_rank, people.trust, people.age
        ) as place
    from moments
    inner join people on moments.lead_id = people.lead_id
    inner join held
        on
            people.record_id = held.record_id
            and moments.valid_from >= held.valid_from
            and (moments.valid_from < held.valid_to or held.valid_to is null)
    where held.value is not null
)

select
    moments.lead_id,
    {% for field, column in ([('email', 'email')]
        + field_columns('lead_attributes').items() | list) -%}
    max(case when known.field = '{{ field }}' then known.value end)
        as {{ column }},
    {% endfor -%}
    moments.valid_from as dbt_valid_from
from moments
left join known
    on
        moments.lead_id = known.lead_id
        and moments.valid_from = known.valid_from
        and known.place = 1
group by moments.lead_id, moments.valid_from
