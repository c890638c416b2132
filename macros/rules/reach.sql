{#- The most points that one rule can pay, as an expression over the columns
    rule_type, counting, points and max_points (numbers): 0 for a negative
    rule, null where nothing limits it. -#}
{%- macro rule_reach() -%}
case
            when points <= 0 then 0
            when rule_type = 'explicit' then points
            when max_points < points then max_points
            when counting = 'once' then points
            else max_points
        end
{%- endmacro -%}

{#- The most points that a group can add, as an aggregate over its rules'
    `reach`: its own max_points, else what its rules reach (their sum, or the
    largest under `max`); null where nothing limits it. -#}
{%- macro group_reach() -%}
case
            when max_points is not null then max_points
            when max(case when rule_id is not null and reach is null
                then 1 else 0 end) = 1 then null
            when combine = 'max' then coalesce(max(reach), 0)
            else coalesce(sum(reach), 0)
        end
{%- endmacro -%}

{#- A number as text for people: `25`, `65.01`. `expression`: a double. -#}
{%- macro number_text(expression) -%}
case
            when {{ expression }} = floor({{ expression }})
                and abs({{ expression }}) < 1e15
                then cast(
                    cast({{ expression }} as {{ dbt.type_bigint() }})
                    as {{ dbt.type_string() }}
                )
            else cast({{ expression }} as {{ dbt.type_string() }})
        end
{%- endmacro -%}
