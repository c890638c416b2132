{#- The three rows of each group with the most points (none negative), side by
    side: a select from `relation` of the columns `group_by` and, of each place
    1 to 3, `rule_number_<place>` and `points_<place>` (nulls where there are
    fewer), to 6 decimals, and 8 million at most. Among equal points the smaller
    rule_number comes first. -#}
{%- macro three_largest(relation, group_by) -%}
    {{- return(adapter.dispatch('three_largest', 'lead_scoring')(
        relation, group_by
    )) -}}
{%- endmacro -%}

{%- macro default__three_largest(relation, group_by) -%}
    {%- set columns = group_by | join(', ') -%}
    select
        {{ columns }}
        {%- for place in [1, 2, 3] %},
        max(case when place = {{ place }} then rule_number end)
            as rule_number_{{ place }},
        max(case when place = {{ place }} then points end)
            as points_{{ place }}
        {%- endfor %}
    from (
        select
            *,
            row_number() over (
                partition by {{ columns }}
                order by points desc, rule_number asc
            ) as place
        from (
            select
                {{ columns }},
                rule_number,
                {{ lead_scoring.rounded(
                    'case when points < 8000000 then points else 8000000 end', 6
                ) }} as points
            from {{ relation }}
        ) as told
    ) as placed
    where place <= 3
    group by {{ columns }}
{%- endmacro -%}

{#- An aggregate keeps three rows a group where a window would sort them all,
    and is fastest on one whole number: the points in millionths and then the
    rule, the first one highest. -#}
{%- macro duckdb__three_largest(relation, group_by) -%}
    {%- set columns = group_by | join(', ') -%}
    select
        {{ columns }}
        {%- for place in [1, 2, 3] %},
        1048575 - (largest[{{ place }}] & 1048575) as rule_number_{{ place }},
        (largest[{{ place }}] >> 20) / 1000000.0 as points_{{ place }}
        {%- endfor %}
    from (
        select
            {{ columns }},
            max(
                cast(round(least(points, 8e6) * 1e6) as bigint) * 1048576
                + (1048575 - rule_number),
                3
            ) as largest
        from {{ relation }}
        group by {{ columns }}
    ) as grouped
{%- endmacro -%}
