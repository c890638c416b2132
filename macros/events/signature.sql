{#- The fields of an event that rules look at, as texts, '' for a null: a list of
    columns, each with a comma. A measure stands as the range between compared
    numbers that it lies in, so that signatures are few.
    `events`: a relation of events; `event_types`: one of int_scored_event_types;
    `compared`: what `compared_numbers` returns. -#}
{%- macro signature_fields(events, event_types, compared) -%}
    {%- for column in lead_scoring.field_columns('event_properties').values() -%}
    case when {{ event_types }}.uses_{{ column.split('_', 1)[1] }} = 1
            then coalesce({{ events }}.{{ column }}, '') else ''
        end as {{ column }},
        {% endfor -%}
    {%- for measure, column in
        lead_scoring.field_columns('event_measures').items() -%}
        {%- set value = events ~ '.' ~ column -%}
        {%- set numbers = compared.get(measure, []) -%}
        {%- set texts = lead_scoring.range_texts(numbers) if numbers else ['0'] -%}
    case
            when {{ event_types }}.uses_{{ column.split('_', 1)[1] }} = 0 then ''
            when {{ value }} is null then ''
            {%- for number in numbers %}
            {%- set limit = "cast('" ~ lead_scoring.number_as_text(number) ~ "' as "
                ~ lead_scoring.type_double() ~ ')' %}
            when {{ value }} < {{ limit }} then '{{ texts[loop.index0] }}'
            when {{ value }} = {{ limit }}
                then '{{ lead_scoring.number_as_text(number) }}'
            {%- endfor %}
            else '{{ texts | last }}'
        end as {{ column }},
        {% endfor -%}
{%- endmacro -%}

{#- The key of a signature: of a type and of `signature_fields`. -#}
{%- macro signature_key(relation) -%}
    {%- set parts = [relation ~ '.event_type'] -%}
    {%- for column in lead_scoring.field_columns(
        'event_properties', 'event_measures'
    ).values() -%}
        {%- do parts.append(relation ~ '.' ~ column) -%}
    {%- endfor -%}
    {{- adapter.dispatch('texts_key', 'lead_scoring')(parts) -}}
{%- endmacro -%}

{#- The numbers that conditions compare each measure with, in order: a dict of
    lists, by the measure. Asked of the warehouse, so that they are literals.
    `conditions`, `items`: the models int_conditions, int_condition_items. -#}
{%- macro compared_numbers(conditions, items) -%}
    {%- set numbers = {} -%}
    {%- if execute -%}
        {%- for field, number in run_query(
            'select distinct conditions.field, items.number from ' ~ conditions
            ~ ' as conditions inner join ' ~ items ~ ' as items on '
            ~ 'conditions.condition_key = items.condition_key where '
            ~ 'conditions.is_measure and items.number is not null order by 1, 2'
        ).rows -%}
            {%- do numbers.setdefault(field, []).append(number | float) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(numbers) -}}
{%- endmacro -%}

{#- A number inside each range: below the first, between each two, above the
    last. -#}
{%- macro range_texts(numbers) -%}
    {%- set texts = [] -%}
    {%- for number in numbers -%}
        {%- do texts.append(lead_scoring.number_as_text(
            number - number | abs - 1 if loop.first
            else (number + numbers[loop.index0 - 1]) / 2
        )) -%}
    {%- endfor -%}
    {%- do texts.append(lead_scoring.number_as_text(
        numbers[-1] + numbers[-1] | abs + 1
    )) -%}
    {{- return(texts) -}}
{%- endmacro -%}

{#- A float as a text that `parsed_number` reads: exponents have two digits. -#}
{%- macro number_as_text(number) -%}
    {%- if number | abs >= 1e90 -%}
        {{- return('%.0f' | format(number)) -}}
    {%- elif number != 0 and number | abs < 1e-90 -%}
        {{- return('%.200f' | format(number)) -}}
    {%- else -%}
        {{- return(number | string) -}}
    {%- endif -%}
{%- endmacro -%}

{#- Every signature that a session made of page views may have: all combinations
    of the ranges of its measures. A select of the columns of a signature. -#}
{%- macro possible_sessions(event_types, compared) -%}
select distinct
        {% for column in lead_scoring.field_columns('event_properties').values() -%}
        '' as {{ column }},
        {% endfor -%}
        {% for measure, column in
            lead_scoring.field_columns('event_measures').items() -%}
        {% if measure in ['duration_seconds', 'page_views'] -%}
        coalesce(ranges_of_{{ measure }}.stands_for, '')
        {%- else -%}''{%- endif %} as {{ column }},
        {% endfor -%}
        event_types.event_type
    from {{ event_types }} as event_types
    {%- for measure, column in lead_scoring.field_columns('event_measures').items()
        if measure in ['duration_seconds', 'page_views'] %}
    left join (
        {%- set numbers = compared.get(measure, []) -%}
        {%- for text in (lead_scoring.range_texts(numbers) if numbers else ['0']) %}
        select '{{ text }}' as stands_for
        {%- if not loop.last or numbers %} union all{% endif -%}
        {%- endfor -%}
        {%- for number in numbers %}
        select '{{ lead_scoring.number_as_text(number) }}' as stands_for
        {%- if not loop.last %} union all{% endif -%}
        {%- endfor %}
    ) as ranges_of_{{ measure }} on event_types.uses_{{ column.split('_', 1)[1] }} = 1
    {%- endfor %}
    where
        event_types.event_type = 'session'
        and {{ lead_scoring.number_of_var('session_gap_minutes') }} >= 0
{%- endmacro -%}
