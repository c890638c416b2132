{#- The measures of a session, each with a comma: those that it has by nature,
    the others as nulls. -#}
{%- macro session_measures() -%}
    {%- for measure in var('event_measures') -%}
        {%- set value = {
            'duration_seconds': 'round(' ~ lead_scoring.days_between(
                'started_at', 'ended_at'
            ) ~ ' * 86400, 6)',
            'page_views': 'page_views',
        }.get(measure | lower, 'null') -%}
    cast({{ value }} as {{ lead_scoring.type_double() }})
            as measure_{{ measure }},
        {% endfor -%}
{%- endmacro -%}

{#- The measures, each with a comma. -#}
{%- macro measure_columns(relation) -%}
    {%- for measure in var('event_measures') -%}
        {{- relation }}.measure_{{ measure }},
        {% endfor -%}
{%- endmacro -%}

{#- Left joins of an event's measures to the ranges that a rule's conditions on
    measures allow, one for each condition that a rule may have. Written as
    plain comparisons of one side with the other, so that each is a hash join. -#}
{%- macro join_measure_ranges() -%}
    {%- for slot in range(1, var('max_rule_conditions') + 1) %}
    {%- set ranges = 'ranges_' ~ slot -%}
    {%- set measure -%}
            case signatures.range_field_{{ slot }}
                {%- for name in var('event_measures') %}
                when '{{ name | lower }}' then events.measure_{{ name }}
                {%- endfor %}
                when '' then null
            end
    {%- endset %}
    left join ranges as {{ ranges }}
        on
            signatures.range_condition_{{ slot }} = {{ ranges }}.condition_key
            and case when {{ measure }} is null then 1 else 0 end
            = {{ ranges }}.is_missing
            and coalesce({{ measure }}, 0) >= {{ ranges }}.at_least
            and coalesce({{ measure }}, 0) > {{ ranges }}.above
            and coalesce({{ measure }}, 0) <= {{ ranges }}.at_most
            and coalesce({{ measure }}, 0) < {{ ranges }}.below
    {%- endfor -%}
{%- endmacro -%}

{#- A limit of a range for a comparison of one kind: `limit` where `applies`,
    else the largest number of that sign, which every measure passes. -#}
{%- macro range_limit(limit, applies, sign) -%}
case
            when {{ limit }} is not null and {{ applies }} then {{ limit }}
            else {{ sign }}1.7976931348623157e308
        end
{%- endmacro -%}

{#- All of a rule's conditions on measures hold: for a `where`. -#}
{%- macro measures_in_ranges() -%}
    {%- for slot in range(1, var('max_rule_conditions') + 1) %}
        (
            signatures.range_condition_{{ slot }} is null
            or ranges_{{ slot }}.condition_key is not null
        )
        {{- " and" if not loop.last -}}
    {%- endfor -%}
{%- endmacro -%}

{#- A rule's conditions on measures side by side: the columns
    `range_condition_<slot>` and `range_field_<slot>`, aggregates over
    conditions numbered by `slot`. -#}
{%- macro range_slots() -%}
    {%- for slot in range(1, var('max_rule_conditions') + 1) -%}
    max(case when slot = {{ slot }} then condition_key end)
            as range_condition_{{ slot }},
        max(case when slot = {{ slot }} then field end)
            as range_field_{{ slot }}{{ ",
        " if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}

{%- macro range_slot_columns() -%}
    {%- for slot in range(1, var('max_rule_conditions') + 1) -%}
    needed.range_condition_{{ slot }},
        needed.range_field_{{ slot }},
        {% endfor -%}
{%- endmacro -%}
