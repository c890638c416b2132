{#- The first microsecond of the day so many days after a time. -#}
{%- macro day_after(time, days) -%}
cast({{ dbt.dateadd('day', days, 'cast(' ~ time ~ ' as date)') }}
            as {{ dbt.type_timestamp() }})
{%- endmacro -%}

{#- The gains and losses of leads on days of the outlook, by the scorer: a select of
    outlook_key, day_number, gained_points and lost_points with a row for each
    day that has any. Day 0 is now. `days`: a relation of outlook_key and
    day_number; the others are models. -#}
{%- macro outlook_points(
    days, leads, matches, rules, lead_matches, score_groups
) -%}
with days_ahead as (
    select distinct
        leads.outlook_key * 1000 + days.day_number as observation_key,
        leads.observation_key as lead_observation_key,
        leads.outlook_key,
        leads.model_id,
        {{ lead_scoring.day_after('leads.scored_at', 'days.day_number') }}
            as scored_at
    from {{ days }} as days
    inner join {{ leads }} as leads on days.outlook_key = leads.outlook_key
    where days.day_number > 0
),

matches as (
    select
        days_ahead.observation_key,
        days_ahead.scored_at,
        rules.rule_key,
        rules.decay,
        rules.decay_days,
        rules.max_per_day,
        matches.occurred_at
    from {{ matches }} as matches
    inner join {{ rules }} as rules on matches.rule_key = rules.rule_key
    inner join days_ahead
        on
            matches.observation_key = days_ahead.lead_observation_key
            -- in a coalesce, so that matches are joined to days before rules are
            and coalesce(
                rules.model_id = days_ahead.model_id
                and {{ lead_scoring.is_valid_at('days_ahead.scored_at') }}
                and {{ lead_scoring.is_in_window('matches', 'rules', 'days_ahead') }},
                false
            )
),

counted as (
    {{ lead_scoring.counted_matches('matches') }}
),

explicit_matches as (
    select
        days_ahead.observation_key,
        explicit_rules.rule_key
    from (
        select
            lead_matches.observation_key,
            lead_matches.valid_from as matches_from,
            lead_matches.valid_to as matches_to,
            rules.rule_key,
            rules.model_id,
            rules.valid_from,
            rules.valid_to
        from {{ lead_matches }} as lead_matches
        inner join {{ rules }} as rules
            on lead_matches.rule_key = rules.rule_key
        where rules.rule_type = 'explicit'
    ) as explicit_rules
    inner join days_ahead
        on
            explicit_rules.observation_key = days_ahead.lead_observation_key
            and explicit_rules.model_id = days_ahead.model_id
            and days_ahead.scored_at >= explicit_rules.matches_from
            and days_ahead.scored_at < explicit_rules.matches_to
            and {{ lead_scoring.is_valid_at(
                'days_ahead.scored_at', 'explicit_rules'
            ) }}
),

rule_points as (
    {{ lead_scoring.rule_points('counted', 'explicit_matches', rules) }}
),

group_points as (
    {{ lead_scoring.group_points('rule_points', score_groups) }}
)

select
    cast(floor(observation_key / 1000) as {{ dbt.type_bigint() }}) as outlook_key,
    mod(observation_key, 1000) as day_number,
    gained_points,
    lost_points
from (
    {{ lead_scoring.model_points('group_points') }}
) as model_points

union all

select
    outlook_key,
    0 as day_number,
    gained_points,
    lost_points
from {{ leads }}
{%- endmacro -%}

{#- The intervals within which the stage of a lead may change: where the gains of
    one end and the losses of the other would make for another stage. Within an
    interval gains only fade, and so do losses. What lies behind a day on which
    the stage is another one for sure is left out. `intervals`: a relation of
    outlook_key, from_day and to_day; `points`: one of outlook_key, day_number,
    gained_points and lost_points, with a row for each end that has any points;
    `leads`: int_outlook_leads. -#}
{%- macro outlook_candidates(intervals, points, leads) -%}
select
        outlook_key,
        from_day,
        to_day
    from (
        select
            ends.*,
            coalesce(max(case when has_other_stage then 1 else 0 end) over (
                partition by outlook_key order by from_day, to_day
                rows between unbounded preceding and 1 preceding
            ), 0) as changed_before
        from (
            select
                intervals.outlook_key,
                intervals.from_day,
                intervals.to_day,
                coalesce(
                    intervals.to_day >= leads.held_on_day
                    and coalesce(last_points.gained_points, 0)
                    + coalesce(first_points.lost_points, 0)
                    < leads.falls_under + 0.00001, false
                ) or coalesce(
                    coalesce(first_points.gained_points, 0)
                    + coalesce(last_points.lost_points, 0)
                    >= leads.rises_from - 0.00001, false
                ) as may_change,
                {{ lead_scoring.has_other_stage(
                    'coalesce(last_points.gained_points, 0) '
                    ~ '+ coalesce(last_points.lost_points, 0)',
                    'intervals.to_day'
                ) }} as has_other_stage
            from {{ intervals }} as intervals
            inner join {{ leads }} as leads
                on intervals.outlook_key = leads.outlook_key
            left join {{ points }} as first_points
                on
                    intervals.outlook_key = first_points.outlook_key
                    and intervals.from_day = first_points.day_number
            left join {{ points }} as last_points
                on
                    intervals.outlook_key = last_points.outlook_key
                    and intervals.to_day = last_points.day_number
        ) as ends
    ) as marked
    where may_change and changed_before = 0
{%- endmacro -%}

{#- Whether some points make for another stage of `leads` on a day. -#}
{%- macro has_other_stage(points, day_number) -%}
    {%- set score = lead_scoring.rounded_score(lead_scoring.clamped(
        '(' ~ points ~ ')', 'min_score', 'max_score'
    )) -%}
coalesce(
                    {{ day_number }} >= leads.held_on_day
                    and {{ score }} < leads.falls_below,
                    false
                ) or coalesce(
                    {{ score }} >= leads.rises_at, false
                )
{%- endmacro -%}
