{{ config(enabled=source_models_of('records') != []) }}

-- Which records are one person: those that a merge, a conversion or an address
-- ties together. The oldest one names the person, so that a history goes on.
-- Of a person, at least one record has to be there.
with records as (
    select * from {{ ref('int_records') }}
),

ties as (
    select record_id, 'at ' || address as tie
    from {{ ref('int_addresses') }}
    where is_tie

    union all

    select record_id, 'id ' || into_record_id as tie
    from records
    where into_record_id is not null

    union all

    select into_record_id as record_id, 'id ' || into_record_id as tie
    from records
    where into_record_id is not null
    group by into_record_id
),

tied as (
    select distinct record_id from ties
),

tied_records as (
    select
        records.record_id,
        records.email,
        records.is_there,
        row_number() over (
            order by
                case when records.created_at is null then 1 else 0 end,
                records.created_at,
                {{ in_byte_order('records.record_id') }}
        ) as age
    from records
    inner join tied on records.record_id = tied.record_id
),

-- Each round passes the age of the oldest record one tie further. What is left
-- behind four ties is a chain of merges, which the engine follows.
round_0 as (
    select tied_records.age, ties.tie, tied_records.age as oldest
    from ties
    inner join tied_records on ties.record_id = tied_records.record_id
),

{% for number in range(1, 5) -%}
tied_{{ number }} as (
    select age, tie, min(oldest) over (partition by tie) as oldest
    from round_{{ number - 1 }}
),

round_{{ number }} as (
    select age, tie, min(oldest) over (partition by age) as oldest
    from tied_{{ number }}
),

{% endfor -%}
oldest as (
    select age, min(oldest) as oldest
    from round_4
    group by age
),

people as (
    select
        tied_records.record_id,
        tied_records.age,
        names.record_id as lead_id,
        names.email as email_of_name,
        max(case when tied_records.is_there then 1 else 0 end)
            over (partition by oldest.oldest) as is_anybody
    from oldest
    inner join tied_records on oldest.age = tied_records.age
    inner join tied_records as names on oldest.oldest = names.age
)

select
    records.*,
    people.age,
    people.email_of_name,
    people.record_id is not null as is_tied,
    coalesce(people.lead_id, records.record_id) as lead_id
from records
left join people on records.record_id = people.record_id
where people.is_anybody = 1 or people.record_id is null
