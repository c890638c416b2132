-- In a list, `\|` is a literal `|`: it is chr(31) while the list is split.
with conditions as (
    select
        *,
        {{ dbt.replace('value', "chr(92) || '|'", 'chr(31)') }} as listed
    from {{ ref('int_conditions') }}
),

positions as (
    {{ dbt.generate_series(1000) }}
),

split as (
    select
        conditions.condition_key,
        cast(positions.generated_number as integer) as item_number,
        {{ dbt.replace(lowered(trimmed_text(text_part(
            'conditions.listed',
            "'|'",
            'cast(positions.generated_number as integer)'
        ))), 'chr(31)', "'|'") }} as item
    from conditions
    inner join positions
        on positions.generated_number <= {{ list_length('conditions.value') }}
    where conditions.operator in (
            {{ operators_taking('list', 'list of texts', 'two numbers') }}
        )

    union all

    select
        condition_key,
        1 as item_number,
        {{ lowered('value') }} as item
    from conditions
    where operator in ({{ operators_taking('text', 'number') }})
),

parsed as (
    select
        condition_key,
        item_number,
        item,
        {{ parsed_number('item') }} as number,
        {{ parsed_date('item') }} as item_date
    from split
    where item is not null
)

select * from parsed
