-- A condition on a measure as intervals of the numbers that meet it, so that
-- one comparison serves every operator and any number of distinct values.
with conditions as (
    select * from {{ ref('int_conditions') }}
    where is_measure
),

items as (
    select * from {{ ref('int_condition_items') }}
),

numbers as (
    select distinct
        conditions.condition_key,
        conditions.operator,
        items.item_number,
        items.number
    from conditions
    inner join items on conditions.condition_key = items.condition_key
    where items.number is not null
),

bounds as (
    select
        condition_key,
        operator,
        min(case when item_number = 1 then number end) as low,
        min(case when item_number = 2 then number end) as high,
        max(number) as highest
    from numbers
    group by condition_key, operator
),

gaps as (
    select
        condition_key,
        lag(number) over (partition by condition_key order by number) as low,
        number as high
    from (select distinct condition_key, operator, number from numbers) as n
    where operator in ('not_equals', 'not_in')
),

ranges as (
    select distinct
        condition_key,
        number as low,
        number as high,
        true as includes_bounds,
        false as matches_missing
    from numbers
    where operator in ('equals', 'in')

    union all

    select condition_key, low, high, false, false
    from gaps

    union all

    -- above the last number of a `not_` list, or everything where it has none
    select conditions.condition_key, bounds.highest, null, false, false
    from conditions
    left join bounds on conditions.condition_key = bounds.condition_key
    where conditions.operator in ('not_equals', 'not_in', 'is_set', 'any')

    union all

    select condition_key, null, null, false, true
    from conditions
    where operator in ('is_missing', 'any')

    union all

    select
        condition_key,
        case when operator in ('gt', 'gte', 'between') then low end,
        case operator
            when 'lt' then low when 'lte' then low when 'between' then high
        end,
        operator in ('gte', 'lte', 'between'),
        false
    from bounds
    where operator in ('gt', 'gte', 'lt', 'lte', 'between')
)

select * from ranges
