{#- Whether what an implicit rule pays grows less as days go by. -#}
{%- macro is_waning(rules='rules') -%}
(
            {{ rules }}.rule_type = 'implicit'
            and (
                {{ rules }}.window_days is not null
                or {{ rules }}.decay <> 'none'
            )
        )
{%- endmacro -%}

{#- A day too far ahead for any build, in days from now: never. -#}
{%- macro day_of_no_build() -%}700000{%- endmacro -%}

{#- The first day, in days from now, on which a match has left its window: a
    match counts up to the very microsecond of its window's end. -#}
{%- macro day_of_leaving() -%}
case when rules.window_days is null then {{ lead_scoring.day_of_no_build() }}
            else 1 + cast(floor({{ lead_scoring.days_between(
                'rules.window_begins_at', 'matched_events.occurred_at'
            ) }}) as integer)
        end
{%- endmacro -%}

{#- The first day on which a match pays nothing any more: it has left, or has
    decayed to nothing. After 40 half-lives a millionth of a millionth is left,
    which no score shows. -#}
{%- macro day_of_ending() -%}
    {%- set leaving = lead_scoring.day_of_leaving() -%}
case
            when rules.decay = 'linear'
                then least({{ leaving }}, cast(ceil(
                    rules.decay_days - {{ lead_scoring.age_of_match() }}
                ) as integer))
            when rules.decay = 'half_life'
                then least({{ leaving }}, cast(ceil(
                    40 * rules.decay_days
                ) as integer))
            else {{ leaving }}
        end
{%- endmacro -%}

{#- The first day on which a rule has fewer matches than its `min_count`, of the
    rules that ask for more than one. `counted`: their matches with from_day and
    leaves_on_day. -#}
{%- macro days_of_too_few(counted) -%}
select
        standing_key,
        rule_key,
        min(on_day) as on_day
    from (
        select
            standing_key,
            rule_key,
            min_count,
            on_day,
            sum(sum(change)) over (
                partition by standing_key, rule_key order by on_day
            ) as matched_count
        from (
            select
                standing_key,
                rule_key,
                min_count,
                from_day as on_day,
                1 as change
            from {{ counted }}
            where min_count > 1

            union all

            select
                standing_key,
                rule_key,
                min_count,
                leaves_on_day as on_day,
                -1 as change
            from {{ counted }}
            where min_count > 1
        ) as changes
        group by standing_key, rule_key, min_count, on_day
    ) as counts
    where matched_count < min_count
    group by standing_key, rule_key
{%- endmacro -%}

{#- The score that some points make. -#}
{%- macro score_of(points) -%}
{{ lead_scoring.rounded_score(lead_scoring.clamped(
            '(' ~ points ~ ')', 'min_score', 'max_score'
        )) }}
{%- endmacro -%}

{#- The points that round to some score, or to the next one above it. -#}
{%- macro least_points_of(score) -%}
ceil({{ lead_scoring.rounded(score ~ ' * 100', 4) }}) / 100 - 0.005
{%- endmacro -%}
