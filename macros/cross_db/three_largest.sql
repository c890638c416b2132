{#- The three rows of each group with the largest weight, side by side: a select
    from `relation` of the columns `group_by` and, of each place 1 to 3,
    `rule_key_<place>` and `points_<place>` (nulls where there are fewer). Among
    equal weights the smaller rule_key comes first. -#}
{%- macro three_largest(relation, group_by, weight) -%}
    {{- return(adapter.dispatch('three_largest', 'lead_scoring')(
        relation, group_by, weight
    )) -}}
{%- endmacro -%}

{%- macro default__three_largest(relation, group_by, weight) -%}
    {%- set columns = group_by | join(', ') -%}
    select
        {{ columns }}
        {%- for place in [1, 2, 3] %},
        max(case when place = {{ place }} then rule_key end)
            as rule_key_{{ place }},
        max(case when place = {{ place }} then points end)
            as points_{{ place }}
        {%- endfor %}
    from (
        select
            *,
            row_number() over (
                partition by {{ columns }}
                order by {{ weight }} desc, rule_key asc
            ) as place
        from {{ relation }}
    ) as placed
    where place <= 3
    group by {{ columns }}
{%- endmacro -%}

{#- An aggregate keeps three rows a group where a window would sort them all,
    and is three times as fast again on two numbers: the rule with its points to
    one decimal as one, and the weight less the smallest part of it that tells
    equal ones apart. Points beyond 50 billion are told as that. -#}
{%- macro duckdb__three_largest(relation, group_by, weight) -%}
    {%- set columns = group_by | join(', ') -%}
    select
        {{ columns }}
        {%- for place in [1, 2, 3] %},
        largest[{{ place }}] & 16777215 as rule_key_{{ place }},
        (largest[{{ place }}] >> 24) / 10.0 as points_{{ place }}
        {%- endfor %}
    from (
        select
            {{ columns }},
            arg_max(
                cast(round(
                    greatest(least(points, 5e10), -5e10) * 10
                ) as bigint) * 16777216 + rule_key,
                {{ weight }} - rule_key * 1e-10,
                3
            ) as largest
        from {{ relation }}
        group by {{ columns }}
    ) as grouped
{%- endmacro -%}
