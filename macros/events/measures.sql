{#- The numbers that conditions compare a measure with: a select of field and
    number, null for a field that is asked for but compared with none. -#}
{%- macro compared_numbers() -%}
select distinct
            conditions.field,
            items.number
        from {{ ref('int_conditions') }} as conditions
        left join {{ ref('int_condition_items') }} as items
            on conditions.condition_key = items.condition_key
        where conditions.is_measure
{%- endmacro -%}

{#- A number for all of them: part of `signature_version`. -#}
{%- macro bounds_version() -%}
select sum(mod({{ lead_scoring.text_key(
            "field || ' ' || coalesce(cast(number as "
            ~ dbt.type_string() ~ "), '')"
        ) }}, 999999937)) as bounds_version
        from ({{ lead_scoring.compared_numbers() }}) as numbers
{%- endmacro -%}

{#- The values of measures in a relation of deliveries, each with the number that
    stands for it, as text: a select of field, value, stands_for. Conditions
    hold for both or for neither: it is the number compared with, or lies
    between the same two. -#}
{%- macro measure_values(relation) -%}
    {%- set columns = [] -%}
    {%- for measure in var('event_measures') -%}
        {%- do columns.append('measure_' ~ measure) -%}
    {%- endfor -%}
select
        given.field,
        given.value,
        cast(case
            when given.low = given.high then given.low
            when given.low is null and given.high is null then 0
            when given.low is null then given.high - abs(given.high) - 1
            when given.high is null then given.low + abs(given.low) + 1
            else (given.low + given.high) / 2
        end as {{ dbt.type_string() }}) as stands_for
    from (
        select
            measured.field,
            measured.value,
            max(case when numbers.number <= measured.value
                then numbers.number end) as low,
            min(case when numbers.number >= measured.value
                then numbers.number end) as high
        from (
            {%- for measure in var('event_measures') %}
            select distinct
                '{{ measure | lower }}' as field,
                measure_{{ measure }} as value
            from (
                select distinct {{ columns | join(', ') }} from {{ relation }}
            ) as measures
            where measure_{{ measure }} is not null
            {%- if not loop.last %}
            union all
            {%- endif %}
            {%- else %}
            select
                '' as field,
                cast(null as {{ lead_scoring.type_double() }}) as value
            where 1 = 0
            {%- endfor %}
        ) as measured
        inner join (
            {{ lead_scoring.compared_numbers() }}
        ) as numbers on measured.field = numbers.field
        group by measured.field, measured.value
    ) as given
{%- endmacro -%}

{#- The measures of a relation of deliveries joined to measure_values, each as
    `values_of_<measure>`. `measure_values`: a table where the relation is large,
    since a CTE that is read twice takes all columns along. -#}
{%- macro join_measure_values(relation, measure_values='measure_values') -%}
    {%- for measure in var('event_measures') %}
left join {{ measure_values }} as values_of_{{ measure }}
    on
        {{ relation }}.measure_{{ measure }} = values_of_{{ measure }}.value
        and values_of_{{ measure }}.field = '{{ measure | lower }}'
    {%- endfor -%}
{%- endmacro -%}

{#- The measures of a session, each with a comma: those that it has by nature,
    the others as nulls. -#}
{%- macro session_measures() -%}
    {%- for measure in var('event_measures') -%}
        {%- set value = {
            'duration_seconds': lead_scoring.seconds_between(
                'started_at', 'ended_at'
            ),
            'page_views': 'page_views',
        }.get(measure | lower, 'null') -%}
    cast({{ value }} as {{ lead_scoring.type_double() }})
            as measure_{{ measure }},
        {% endfor -%}
{%- endmacro -%}

{#- Properties of a session, of which it has none, each with a comma. -#}
{%- macro no_properties() -%}
    {%- for property in var('event_properties') -%}
    cast(null as {{ dbt.type_string() }}) as property_{{ property }},
        {% endfor -%}
{%- endmacro -%}

{#- Every signature that a session made here may have: all combinations of the
    numbers that may stand for its measures; none where no sessions are made. A
    select of the columns of a signature. -#}
{%- macro possible_sessions() -%}
    {%- set measures = var('event_measures')
        | select('in', ['duration_seconds', 'page_views']) | list -%}
select distinct
        {{ lead_scoring.signed_fields('sessions', measures) }}
        event_types.event_type
    from {{ ref('int_event_types') }} as event_types
    {%- for measure in measures %}
    left join (
        {{ lead_scoring.possible_values() }}
    ) as values_of_{{ measure }}
        on
            values_of_{{ measure }}.field = '{{ measure | lower }}'
            and event_types.uses_{{ measure }} = 1
    {%- endfor %}
    where event_types.is_derived
{%- endmacro -%}

{#- The numbers that may stand for a measure's value, as text: a select of field
    and stands_for. -#}
{%- macro possible_values() -%}
select
            field,
            cast(value as {{ dbt.type_string() }}) as stands_for
        from (
            select field, coalesce(number, 0) as value
            from ({{ lead_scoring.compared_numbers() }}) as numbers

            union distinct

            select
                field,
                coalesce(
                    (number + next_number) / 2, number + abs(number) + 1
                ) as value
            from (
                select
                    field,
                    number,
                    lead(number) over (
                        partition by field order by number
                    ) as next_number
                from ({{ lead_scoring.compared_numbers() }}) as numbers
                where number is not null
            ) as neighbours

            union distinct

            select field, min(number) - abs(min(number)) - 1 as value
            from ({{ lead_scoring.compared_numbers() }}) as numbers
            where number is not null
            group by field
        ) as possible
{%- endmacro -%}
