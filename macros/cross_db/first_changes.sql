{#- The first day of the spans in the CTE `spans_0` that has another stage, as the
    CTE `found`: part of `search_spans`. -#}
{%- macro first_changes(rounds) -%}
    {{- return(adapter.dispatch('first_changes', 'lead_scoring')(rounds)) -}}
{%- endmacro -%}

{#- Looks at each day, since most engines work a CTE out as often as it is read:
    to cut up spans twelve times would take them 5 ^ 12 looks at the first. -#}
{%- macro default__first_changes(rounds) -%}
days as (
    select
        spans.standing_key,
        cast(positions.generated_number as integer) as on_day
    from spans_0 as spans
    inner join ({{ dbt.generate_series(2 ** rounds) }}) as positions
        on positions.generated_number <= spans.to_day
),

{{ lead_scoring.points_on_day('days') }},

found as (
    select
        days.standing_key,
        min(days.on_day) as changes_on_day
    from days
    inner join limits on days.standing_key = limits.standing_key
    left join days_points as points
        on
            days.standing_key = points.standing_key
            and days.on_day = points.on_day
    where
        {{ lead_scoring.has_other_stage(
            'limits.steady_points + coalesce(points.gained, 0)'
            ~ ' + coalesce(points.lost, 0)',
            'days.on_day'
        ) }}
    group by days.standing_key
)
{%- endmacro -%}

{%- macro duckdb__first_changes(rounds) -%}
    {{- lead_scoring.first_changes_of_halves(rounds) -}}
{%- endmacro -%}

{%- macro postgres__first_changes(rounds) -%}
    {{- lead_scoring.first_changes_of_halves(rounds) -}}
{%- endmacro -%}

{#- Cuts the spans up until they are single days. Where only gains or only losses
    of a lead wane, one span is left each time. -#}
{%- macro first_changes_of_halves(rounds) -%}
{% for round in range(1, rounds + 1) -%}
{{ lead_scoring.halved_spans(round) }},

{% endfor -%}
found as (
    select
        spans.standing_key,
        min(spans.to_day) as changes_on_day
    from spans_{{ rounds }} as spans
    inner join limits on spans.standing_key = limits.standing_key
    where
        {{ lead_scoring.has_other_stage(
            'limits.steady_points + spans.gained_to + spans.lost_to',
            'spans.to_day'
        ) }}
    group by spans.standing_key
)
{%- endmacro -%}

{#- One round: each span of the last one is cut in two, of which those are kept
    that may hold the first change. -#}
{%- macro halved_spans(round) -%}
cuts_{{ round }} as (
    select
        *,
        cast(floor((from_day + to_day) / 2.0) as integer) as on_day
    from spans_{{ round - 1 }}
    where to_day - from_day > 1
),

{{ lead_scoring.points_on_day('cuts_' ~ round) }},

halves_{{ round }} as (
    select
        cuts.*,
        coalesce(points.gained, 0) as gained,
        coalesce(points.lost, 0) as lost
    from cuts_{{ round }} as cuts
    left join cuts_{{ round }}_points as points
        on
            cuts.standing_key = points.standing_key
            and cuts.on_day = points.on_day
),

spans_{{ round }} as (
    select *
    from spans_{{ round - 1 }}
    where to_day - from_day = 1

    union all

    select
        standing_key,
        steady_points,
        falls_under,
        rises_from,
        days_held_yet,
        from_day,
        on_day as to_day,
        gained_from,
        lost_from,
        gained as gained_to,
        lost as lost_to
    from halves_{{ round }}
    where {{ lead_scoring.may_change(
        'gained + lost_from', 'gained_from + lost', 'on_day'
    ) }}

    union all

    select
        standing_key,
        steady_points,
        falls_under,
        rises_from,
        days_held_yet,
        on_day as from_day,
        to_day,
        gained as gained_from,
        lost as lost_from,
        gained_to,
        lost_to
    from halves_{{ round }}
    where
        {{ lead_scoring.may_change(
            'gained_to + lost', 'gained + lost_to', 'to_day'
        ) }}
        and not {{ lead_scoring.may_change(
            'gained + lost', 'gained + lost', 'on_day', -1
        ) }}
)
{%- endmacro -%}
