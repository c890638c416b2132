{#- The matches of some rules that count at each moment and lie in the rule's
    window, with the lead they count for and how they decay. Reads the CTEs rules
    (with scored_at and window_begins_at) and moved, and the matches by their
    table, since a CTE read twice is written first. Times are compared in a
    coalesce, or these matches are taken for so few that they are hashed and not
    the leads. -#}
{%- macro matches_in_window(of_rules) -%}
select
            rules.scored_at,
            coalesce(moved.lead_key, matched_events.actor_key) as lead_key,
            rules.rule_key,
            rules.max_per_day,
            rules.decay,
            rules.decay_days,
            matched_events.occurred_at
        from {{ ref('int_matched_events') }} as matched_events
        inner join rules
            on
                matched_events.rule_key = rules.rule_key
                and {{ of_rules }}
                and coalesce(
                    {{ lead_scoring.counts_at(
                        'matched_events', 'rules.scored_at'
                    ) }}
                    and matched_events.occurred_at >= rules.window_begins_at,
                    false
                )
        left join moved
            on
                matched_events.actor_key = moved.actor_key
                and rules.scored_at = moved.scored_at
{%- endmacro -%}

{#- What counts of some matches for each moment, lead and rule. `matches`: a
    relation, or a select in parentheses, of scored_at, lead_key, rule_key, decay,
    decay_days and occurred_at. -#}
{%- macro summed_matches(matches) -%}
select
        scored_at,
        lead_key,
        rule_key,
        decay,
        decay_days,
        count(*) as matched_count,
        min(occurred_at) as first_matched_at,
        max(occurred_at) as last_matched_at,
        sum({{ lead_scoring.factor_of_match('occurred_at') }}) as factor_sum
    from {{ matches }} as matches
    group by scored_at, lead_key, rule_key, decay, decay_days
{%- endmacro -%}

{#- The share of its points that a match still pays: of columns scored_at, decay
    and decay_days, and of when it occurred. -#}
{%- macro factor_of_match(occurred_at) -%}
    {{- lead_scoring.decay_factor(
        'decay', 'decay_days',
        lead_scoring.days_between(occurred_at, 'scored_at')
    ) -}}
{%- endmacro -%}

{#- Whether an event counts at a moment: known, happened, and not taken back. -#}
{%- macro counts_at(event, moment) -%}
{{ event }}.counts_from <= {{ moment }}
            and (
                {{ event }}.counts_until is null
                or {{ event }}.counts_until > {{ moment }}
            )
{%- endmacro -%}

{#- How many days before the moment the event of a match occurred. -#}
{%- macro age_of_match() -%}
    {{- lead_scoring.days_between(
        'matched_events.occurred_at', 'rules.scored_at'
    ) -}}
{%- endmacro -%}

{#- The latest moment to score, as a value: a join to it would compare every event
    by itself, where this is pushed down to where events are read. -#}
{%- macro newest_moment() -%}
(select max(moments.scored_at) from {{ ref('int_moments') }} as moments)
{%- endmacro -%}
