{{ config(enabled=source_models_of('records') != []) }}

-- Which records are one person: those that a merge, a conversion or an address
-- ties together. The oldest one names the person, so that a history goes on.
with records as (
    select
        *,
        row_number() over (
            order by
                case when created_at is null then 1 else 0 end,
                created_at,
                {{ in_byte_order('record_id') }}
        ) as age
    from {{ ref('int_records') }}
),

winners as (
    select distinct into_record_id as record_id from records
),

ties as (
    select records.age, 'at ' || addresses.address as tie
    from records
    inner join {{ ref('int_addresses') }} as addresses
        on records.record_id = addresses.record_id
    where addresses.is_tie

    union all

    select age, 'id ' || into_record_id as tie
    from records
    where into_record_id is not null

    union all

    select records.age, 'id ' || records.record_id as tie
    from records
    inner join winners on records.record_id = winners.record_id
),

-- Each round passes the age of the oldest record one tie further. What is left
-- behind four ties is a chain of merges, which the engine follows.
round_0 as (
    select age, tie, age as oldest from ties
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

named as (
    select
        records.*,
        coalesce(oldest.oldest, records.age) as oldest
    from records
    left join oldest on records.age = oldest.age
)

select
    named.*,
    names.record_id as lead_id,
    names.email as email_of_name,
    max(case when named.is_there then 1 else 0 end)
        over (partition by named.oldest) as is_anybody
from named
inner join records as names on named.oldest = names.age
