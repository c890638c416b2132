{#- Finds the first day with another stage, as the CTE `found`. A span of days
    may hold it where the gains of its last day and the losses of its first
    would make for another stage, or the other way round: gains only wane, and
    so do losses.

    Reads the CTEs leads (with days_ahead), points_ahead, payers and
    paying_groups. -#}
{%- macro search_spans(rounds) -%}
ends as (
    select standing_key, 0 as on_day
    from leads

    union all

    select standing_key, days_ahead as on_day
    from leads
),

{{ lead_scoring.points_on_day('ends') }},

limits as (
    select
        leads.*,
        coalesce(points_now.gained, 0) as gained_now,
        coalesce(points_now.lost, 0) as lost_now,
        coalesce(points_at_last.gained, 0) as gained_at_last,
        coalesce(points_at_last.lost, 0) as lost_at_last,
        leads.raw_points - coalesce(points_now.gained, 0)
        - coalesce(points_now.lost, 0) as steady_points
    from leads
    left join ends_points as points_now
        on
            leads.standing_key = points_now.standing_key
            and points_now.on_day = 0
    left join ends_points as points_at_last
        on
            leads.standing_key = points_at_last.standing_key
            and leads.days_ahead = points_at_last.on_day
),

spans_0 as (
    select
        standing_key,
        steady_points,
        falls_under,
        rises_from,
        days_held_yet,
        0 as from_day,
        days_ahead as to_day,
        gained_now as gained_from,
        lost_now as lost_from,
        gained_at_last as gained_to,
        lost_at_last as lost_to
    from limits
    where {{ lead_scoring.may_change(
        'gained_at_last + lost_now', 'gained_now + lost_at_last', 'days_ahead'
    ) }}
),

{{ lead_scoring.first_changes(rounds) }}
{%- endmacro -%}

{#- Whether the least or the most points of a lead may make for another stage on
    a day. Scores are rounded, which takes longer than to compare: this may be
    wrong in the fifth decimal, to the safe `side`. -#}
{%- macro may_change(least, most, day, side=1) -%}
coalesce(
            (
                {{ day }} >= days_held_yet
                and steady_points + {{ least }}
                < falls_under + {{ side }} * 0.00001
            )
            or steady_points + {{ most }} >= rises_from - {{ side }} * 0.00001,
            false
        )
{%- endmacro -%}

{#- Whether some points make for another stage on a day. -#}
{%- macro has_other_stage(points, day) -%}
(
            (
                {{ day }} >= limits.days_held_yet
                and {{ lead_scoring.score_of(points) }} < limits.falls_below
            )
            or {{ lead_scoring.score_of(points) }} >= limits.rises_at
        )
{%- endmacro -%}

{#- What the groups pay in gains and losses on a day of each span: the CTE
    `<spans>_points`, by the same steps as int_rule_totals and int_group_totals.
    What has ended before the span is left out. -#}
{%- macro points_on_day(spans) -%}
{{ spans }}_points as (
    select
        totals.standing_key,
        totals.on_day,
        sum({{ lead_scoring.clamped(
            "case when paying_groups.combine = 'max' then totals.best "
            ~ 'else totals.gained end', 'null', 'paying_groups.max_points'
        ) }}) as gained,
        sum({{ lead_scoring.clamped(
            "case when paying_groups.combine = 'max' then totals.worst "
            ~ 'else totals.lost end', 'paying_groups.min_points', 'null'
        ) }}) as lost
    from (
        select
            standing_key,
            on_day,
            group_key,
            sum(case when points > 0 then points else 0.0 end) as gained,
            sum(case when points < 0 then points else 0.0 end) as lost,
            max(case when points > 0 then points else 0.0 end) as best,
            min(case when points < 0 then points else 0.0 end) as worst
        from (
            select
                factors.standing_key,
                factors.on_day,
                payers.group_key,
                {{ lead_scoring.clamped(
                    lead_scoring.points_of_factors(),
                    '-payers.max_points', 'payers.max_points'
                ) }} as points
            from (
                select
                    spans.standing_key,
                    spans.on_day,
                    points_ahead.rule_key,
                    sum(
                        points_ahead.factor
                        - spans.on_day * points_ahead.loss_per_day
                    ) as factor_sum,
                    max(
                        points_ahead.factor
                        - spans.on_day * points_ahead.loss_per_day
                    ) as factor_of_newest
                from {{ spans }} as spans
                inner join points_ahead
                    on
                        spans.standing_key = points_ahead.standing_key
                        and spans.on_day >= points_ahead.from_day
                        and spans.on_day < points_ahead.until_day
                group by
                    spans.standing_key,
                    spans.on_day,
                    points_ahead.rule_key
            ) as factors
            inner join payers on factors.rule_key = payers.rule_key
        ) as capped
        group by standing_key, on_day, group_key
    ) as totals
    inner join paying_groups on totals.group_key = paying_groups.group_key
    group by totals.standing_key, totals.on_day
)
{%- endmacro -%}

{#- The points of a rule from its factors as of now, on a later day. -#}
{%- macro points_of_factors() -%}
payers.points
                    * case when payers.counting = 'once'
                        then factors.factor_of_newest
                        else factors.factor_sum end
                    * case when payers.half_life_days is null then 1.0
                        else {{ lead_scoring.halved(
                            'factors.on_day / payers.half_life_days'
                        ) }}
                    end
{%- endmacro -%}
