-- Items of conditions that are probably mistyped, of rules that are valid now.
with as_of as (
    select * from {{ ref('int_as_of') }}
),

conditions as (
    select
        conditions.*,
        coalesce(rules.model_id, '') as model_id,
        rules.rule_id
    from {{ ref('int_conditions') }} as conditions
    inner join {{ ref('int_rules') }} as rules
        on conditions.rule_key = rules.rule_key
    inner join as_of
        on
            rules.valid_from is null
            or ({{ is_valid_at('as_of.scored_at') }})
),

items as (
    select
        items.*,
        coalesce(
            cast(items.number + 0 as {{ dbt.type_string() }}), items.item
        ) as compared,
        conditions.file,
        conditions.model_id,
        conditions.rule_id,
        conditions.subject,
        conditions.field,
        conditions.operator,
        conditions.operator in ('in', 'not_in', 'not_equals', 'has_any')
            as is_compared_whole
    from conditions
    inner join {{ ref('int_condition_items') }} as items
        on conditions.condition_key = items.condition_key
),

-- each value of the fields that such lists compare, once
distinct_values as (
    select
        'lead' as subject,
        field,
        {{ lowered(trimmed_text('value')) }} as value
    from (
        select distinct
            field,
            value
        from {{ ref('int_lead_fields') }}
        where
            field in (
                select items.field from items
                where items.is_compared_whole and items.subject = 'lead'
            )
    ) as lead_values
    {%- for field, column in field_columns(
        'event_properties', 'event_measures'
    ).items() %}

    union all

    select distinct
        'event' as subject,
        '{{ field }}' as field,
        {{ lowered(trimmed_text(column)) }} as value
    from {{ ref('int_event_signatures') }}
    {%- endfor %}
),

-- numbers compare as numbers: 200 equals 200.0, and -0 is 0
field_values as (
    select
        *,
        coalesce(
            cast({{ parsed_number('value') }} + 0 as {{ dbt.type_string() }}),
            value
        ) as compared
    from distinct_values
),

seen as (
    select
        items.condition_key,
        items.item_number
    from items
    inner join field_values
        on
            items.subject = field_values.subject
            and items.field = field_values.field
            and items.compared = field_values.compared
    where items.is_compared_whole

    union distinct

    select
        items.condition_key,
        items.item_number
    from items
    inner join field_values
        on
            items.subject = field_values.subject
            and items.field = field_values.field
            and {{ dbt.position('items.item', 'field_values.value') }} > 0
    where items.operator = 'has_any'
),

known_fields as (
    select distinct
        subject,
        field
    from field_values
    where value is not null
),

compared_items as (
    select
        items.condition_key,
        items.item,
        seen.condition_key is null as is_unseen,
        row_number() over (
            partition by
                items.condition_key,
                case when seen.condition_key is null then 1 else 0 end
            order by items.item_number
        ) as place
    from items
    inner join known_fields
        on
            items.subject = known_fields.subject
            and items.field = known_fields.field
    left join seen
        on
            items.condition_key = seen.condition_key
            and items.item_number = seen.item_number
    where items.is_compared_whole
),

unseen as (
    select
        condition_key,
        count(*) as all_items,
        sum(case when is_unseen then 1 else 0 end) as unseen_items,
        {{ adapter.dispatch('joined_texts', 'lead_scoring')(
            'case when is_unseen and place <= 5 then ' ~ quoted('item')
            ~ ' end'
        ) }}
        || case
            when sum(case when is_unseen then 1 else 0 end) > 5 then '; ...'
            else ''
        end as unseen_texts
    from compared_items
    group by condition_key
),

lists as (
    select
        conditions.file,
        conditions.model_id,
        conditions.rule_id,
        case
            when
                conditions.operator in (
                    {{ operators_taking('list', 'list of texts') }}
                )
                and conditions.value not like '%|%'
                and (
                    conditions.value like '%, %' or conditions.value like '%;%'
                )
                then {{ quoted('conditions.value') }} || ' is one item, since '
                    || '| separates items; if it is a list, write '
                    || {{ quoted(dbt.replace(dbt.replace(dbt.replace(
                        'conditions.value', "'; '", "'|'"
                    ), "';'", "'|'"), "', '", "'|'")) }}
            when
                conditions.operator in ('not_in', 'not_equals')
                and unseen.unseen_items = unseen.all_items
                then 'no value of ' || conditions.field || ' equals '
                    || unseen.unseen_texts || ', so that '
                    || conditions.operator || ' holds for each that is known; '
                    || 'write items as the data has them'
            when unseen.unseen_items between 1 and unseen.all_items - 1
                then 'no value of ' || conditions.field || ' equals '
                    || unseen.unseen_texts || ', but others of the list occur; '
                    || 'correct what is mistyped, leave what may still come'
        end as warning
    from conditions
    left join unseen on conditions.condition_key = unseen.condition_key
),

characters as (
    select
        file,
        model_id,
        rule_id,
        item || ' is a number with decimals; write '
        || {{ dbt.replace('item', "'.'", "''") }}
        || ' if it means thousands' as warning
    from items
    where {{ has_pattern('item', '^[+-]?[1-9][0-9]{0,2}([.][0-9]{3})+$') }}
    {%- for column in [
        'points', 'min_count', 'max_per_day', 'window_days', 'decay_days',
        'max_points',
    ] %}

    union all

    select
        file,
        model_id,
        rule_id,
        '{{ column }} ' || {{ column }} || ' is a number with decimals; write '
        || {{ dbt.replace(column, "'.'", "''") }}
        || ' if it means thousands' as warning
    from {{ ref('int_rule_rows') }}
    where
        {{ has_pattern(column, '^[+-]?[1-9][0-9]{0,2}([.][0-9]{3})+$') }}
    {%- endfor %}
    {%- for characters, warning in [
        (['\u00ad', '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2060',
            '\ufeff'], 'an invisible character in it; type it anew'),
        (['\u2018', '\u2019', '\u201c', '\u201d', '\u201e'],
            'a curly quote in it; type a straight one if the data has that'),
    ] %}
    {%- for character in characters %}

    union all

    select
        file,
        model_id,
        rule_id,
        {{ quoted('item') }} || ' has {{ warning }}' as warning
    from items
    where item like '%{{ character }}%'
    {%- endfor %}
    {%- endfor %}
),

backward as (
    select
        conditions.file,
        conditions.model_id,
        conditions.rule_id,
        'between ' || conditions.value || ' on ' || conditions.field
        || ' holds for nothing: its low end '
        || 'is above its high end' as warning
    from conditions
    inner join {{ ref('int_condition_items') }} as low_ends
        on
            conditions.condition_key = low_ends.condition_key
            and low_ends.item_number = 1
    inner join {{ ref('int_condition_items') }} as high_ends
        on
            conditions.condition_key = high_ends.condition_key
            and high_ends.item_number = 2
    where
        conditions.operator = 'between'
        and (
            low_ends.number > high_ends.number
            or low_ends.item_date > high_ends.item_date
        )
)

select * from lists
where warning is not null
union distinct
select * from characters
union distinct
select * from backward
