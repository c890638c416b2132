{#- Whether an observation knows an event, which is not flagged by then. It may know
    more than had occurred when it is scored. -#}
{%- macro is_known(events, observations) -%}
{{ events }}.known_at <= {{ observations }}.known_by
            and {{ events }}.occurred_at <= {{ observations }}.scored_at
            and (
                {{ events }}.flagged_at is null
                or {{ events }}.flagged_at > {{ observations }}.known_by
            )
{%- endmacro -%}

{#- Whether an event is within the window of a rule when an observation is scored. -#}
{%- macro is_in_window(events, rules, observations) -%}
(
                {{ rules }}.window_days is null
                or {{ lead_scoring.days_between(
                    events ~ '.occurred_at', observations ~ '.scored_at'
                ) }} <= {{ rules }}.window_days
            )
{%- endmacro -%}

{#- What of some matches counts within the limits per day, added up: a select with
    a row per observation and rule. `matches`: a relation of observation_key,
    scored_at, rule_key, decay, decay_days, max_per_day and occurred_at. -#}
{%- macro counted_matches(matches) -%}
select
        observation_key,
        rule_key,
        count(*) as matched_count,
        min(occurred_at) as first_matched_at,
        max(occurred_at) as last_matched_at,
        sum({{ lead_scoring.decay_factor(
            'decay', 'decay_days',
            lead_scoring.days_between('occurred_at', 'scored_at')
        ) }}) as factor_sum,
        max({{ lead_scoring.decay_factor(
            'decay', 'decay_days',
            lead_scoring.days_between('occurred_at', 'scored_at')
        ) }})
            as factor_of_newest
    from (
        {{ adapter.dispatch('limited_matches', 'lead_scoring')(matches) }}
    ) as counted
    group by observation_key, rule_key
{%- endmacro -%}
