{#- The most points that one rule can pay: 0 for a negative rule, null where nothing
    limits it. An expression over rule_type, counting, points and max_points. -#}
{%- macro rule_reach() -%}
case
            when points <= 0 then 0
            when rule_type = 'explicit' then points
            when max_points < points then max_points
            when counting = 'once' then points
            else max_points
        end
{%- endmacro -%}

{#- The most points that a group can add, as an aggregate over the `reach` of its
    rules: its own max_points, else the sum (or under `max` the largest) of what its
    rules reach; null where nothing limits it. -#}
{%- macro group_reach() -%}
case
            when max_points is not null then max_points
            when max(case when rule_id is not null and reach is null
                then 1 else 0 end) = 1 then null
            when combine = 'max' then coalesce(max(reach), 0)
            else coalesce(sum(reach), 0)
        end
{%- endmacro -%}
