{#- The scorer, in three steps, for any set of observations. -#}

{#- What each rule pays: a select with a row per observation and rule.
    `counted`: as `counted_matches` returns it; `explicit_matches`: a relation of
    observation_key and rule_key; `rules`: int_rules. -#}
{%- macro rule_points(counted, explicit_matches, rules) -%}
select
        observation_key,
        rule_key,
        group_key,
        matched_count,
        first_matched_at,
        last_matched_at,
        points_before_cap,
        {{ lead_scoring.clamped(
            'points_before_cap', '-max_points', 'max_points'
        ) }} as points,
        is_fading
    from (
        select
            counted.observation_key,
            counted.rule_key,
            rules.group_key,
            rules.max_points,
            rules.window_days is not null or rules.decay <> 'none'
                as is_fading,
            counted.matched_count,
            counted.first_matched_at,
            counted.last_matched_at,
            case
                when counted.matched_count < rules.min_count then 0.0
                when rules.counting = 'once'
                    then rules.points * counted.factor_of_newest
                else rules.points * counted.factor_sum
            end as points_before_cap
        from {{ counted }} as counted
        inner join {{ rules }} as rules on counted.rule_key = rules.rule_key
    ) as implicit_points

    union all

    select
        matches.observation_key,
        rules.rule_key,
        rules.group_key,
        1 as matched_count,
        cast(null as {{ dbt.type_timestamp() }}) as first_matched_at,
        cast(null as {{ dbt.type_timestamp() }}) as last_matched_at,
        rules.points as points_before_cap,
        rules.points,
        false as is_fading
    from {{ explicit_matches }} as matches
    inner join {{ rules }} as rules on matches.rule_key = rules.rule_key
{%- endmacro -%}

{#- What each group pays: a select with a row per observation and group. Gains and
    losses are limited apart; `steady_` is what is left of them once all that
    fades is gone. `score_groups`: int_score_groups. -#}
{%- macro group_points(rule_points, score_groups) -%}
select
        observation_key,
        group_key,
        model_key,
        dimension,
        rule_points,
        last_matched_at,
        gained,
        lost,
        {{ lead_scoring.clamped('gained', 'null', 'max_points') }}
            as gained_points,
        {{ lead_scoring.clamped('lost', 'min_points', 'null') }}
            as lost_points,
        {{ lead_scoring.clamped('steady_gained', 'null', 'max_points') }}
            as steady_gained_points,
        {{ lead_scoring.clamped('steady_lost', 'min_points', 'null') }}
            as steady_lost_points
    from (
        select
            summed.observation_key,
            summed.group_key,
            score_groups.model_key,
            score_groups.dimension,
            score_groups.min_points,
            score_groups.max_points,
            -- added from the sums above, so that rounding makes no group_cap entry
            summed.gained + summed.lost as rule_points,
            summed.last_matched_at,
            {% for name in ['gained', 'lost', 'steady_gained', 'steady_lost'] -%}
            case when score_groups.combine = 'max' then summed.largest_{{ name }}
                else summed.{{ name }} end as {{ name }}{{ ',' if not loop.last }}
            {% endfor %}
        from (
            select
                observation_key,
                group_key,
                max(last_matched_at) as last_matched_at,
                {% for name, condition, largest in [
                    ('gained', 'points > 0', 'max'),
                    ('lost', 'points < 0', 'min'),
                    ('steady_gained', 'points > 0 and not is_fading', 'max'),
                    ('steady_lost', 'points < 0 and not is_fading', 'min'),
                ] -%}
                sum(case when {{ condition }} then points else 0 end)
                    as {{ name }},
                {{ largest }}(case when {{ condition }} then points else 0 end)
                    as largest_{{ name }}{{ ',' if not loop.last }}
                {% endfor %}
            from {{ rule_points }} as rule_points
            group by observation_key, group_key
        ) as summed
        inner join {{ score_groups }} as score_groups
            on summed.group_key = score_groups.group_key
    ) as combined
{%- endmacro -%}

{#- The points of each dimension: a select with a row per observation and model
    that any group pays. -#}
{%- macro model_points(group_points) -%}
select
        observation_key,
        model_key,
        sum(case when dimension = 'explicit'
            then gained_points + lost_points else 0 end) as explicit_points,
        sum(case when dimension = 'implicit'
            then gained_points + lost_points else 0 end) as implicit_points,
        sum(gained_points) as gained_points,
        sum(lost_points) as lost_points,
        sum(steady_gained_points) as steady_gained_points,
        sum(steady_lost_points) as steady_lost_points,
        max(last_matched_at) as last_scored_event_at
    from {{ group_points }}
    group by observation_key, model_key
{%- endmacro -%}
