with conditions as (
    select * from {{ ref('int_conditions') }}
),

positions as (
    {{ dbt.generate_series(1000) }}
),

split as (
    select
        conditions.condition_key,
        cast(positions.generated_number as integer) as item_number,
        {{ lowered(trimmed_text(list_item('conditions.value'))) }} as item
    from conditions
    inner join positions
        on positions.generated_number <= {{ list_length('conditions.value') }}
    where conditions.operator in ({{ list_operators() }})

    union all

    select
        condition_key,
        1 as item_number,
        {{ lowered('value') }} as item
    from conditions
    where
        operator not in ({{ list_operators() }})
        and operator not in ('is_set', 'is_missing', 'any')
),

parsed as (
    select
        condition_key,
        item_number,
        item,
        {{ parsed_number('item') }} as number
    from split
    where item is not null
)

select * from parsed
