{#- The matches of some rules that count at each moment and lie in the rule's
    window, with the lead they count for and the share of the points they still
    pay. Reads the CTEs matched_events, rules (with scored_at) and moved. -#}
{%- macro matches_in_window(of_rules) -%}
select
        rules.scored_at,
        coalesce(moved.lead_key, matched_events.actor_key) as lead_key,
        rules.rule_key,
        rules.max_per_day,
        matched_events.occurred_at,
        {{ lead_scoring.decay_factor(
            'rules.decay', 'rules.decay_days', lead_scoring.age_of_match()
        ) }} as factor
    from matched_events
    inner join rules
        on
            matched_events.rule_key = rules.rule_key
            and {{ of_rules }}
            and {{ lead_scoring.counts_at('matched_events', 'rules.scored_at') }}
            and (
                rules.window_days is null
                or {{ lead_scoring.age_of_match() }} <= rules.window_days
            )
    left join moved
        on
            matched_events.actor_key = moved.actor_key
            and rules.scored_at = moved.scored_at
{%- endmacro -%}

{%- macro age_of_match() -%}
    {{- lead_scoring.days_between(
        'matched_events.occurred_at', 'rules.scored_at'
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
