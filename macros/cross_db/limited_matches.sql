{#- The first `max_per_day` matches of each observation, rule and day: a select.
    `matches`: a relation of observation_key, scored_at, rule_key, decay,
    decay_days, max_per_day and occurred_at. -#}

{#- Read once, since some warehouses bill what is read. -#}
{%- macro default__limited_matches(matches) -%}
select
            observation_key, scored_at, rule_key, decay, decay_days, occurred_at
        from (
            select
                *,
                row_number() over (
                    partition by
                        observation_key, rule_key, cast(occurred_at as date)
                    order by occurred_at
                ) as place
            from {{ matches }} as matches
        ) as placed
        where max_per_day is null or place <= max_per_day
{%- endmacro -%}

{#- Read three times, which costs less here than to sort all of them: only a limit
    of more than one a day takes an order. -#}
{%- macro duckdb__limited_matches(matches) -%}
select observation_key, scored_at, rule_key, decay, decay_days, occurred_at
        from {{ matches }}
        where max_per_day is null

        union all

        select
            observation_key,
            scored_at,
            rule_key,
            decay,
            decay_days,
            min(occurred_at) as occurred_at
        from {{ matches }}
        where max_per_day = 1
        group by
            observation_key, scored_at, rule_key, decay, decay_days,
            cast(occurred_at as date)

        union all

        select observation_key, scored_at, rule_key, decay, decay_days, occurred_at
        from (
            select
                *,
                row_number() over (
                    partition by
                        observation_key, rule_key, cast(occurred_at as date)
                    order by occurred_at
                ) as place
            from {{ matches }}
            where max_per_day > 1
        ) as placed
        where place <= max_per_day
{%- endmacro -%}
