{{ config(enabled=evidence_is_on()) }}

-- What each rule paid at moments of history, and the score that there would be
-- without the rule, within the limits of groups and score. Counted by score, of
-- which there are far fewer than moments.
with scored as (
    select
        observations.observation_key,
        observations.model_id,
        scores.model_key,
        observations.is_won,
        observations.score,
        scores.raw_points,
        scores.min_score,
        scores.max_score
    from {{ ref('evidence_observations') }} as observations
    inner join {{ ref('int_scores') }} as scores
        on
            observations.observation_key = scores.observation_key
            and observations.model_id = scores.model_id
),

paid as (
    select
        scored.*,
        rule_points.rule_key,
        rule_points.group_key,
        rule_points.points,
        score_groups.combine,
        score_groups.min_points as least,
        score_groups.max_points as most,
        group_points.gained,
        group_points.lost,
        scored.raw_points
        - (group_points.gained_points + group_points.lost_points)
            as other_points
    from {{ ref('int_rule_points') }} as rule_points
    inner join {{ ref('int_group_points') }} as group_points
        on
            rule_points.observation_key = group_points.observation_key
            and rule_points.group_key = group_points.group_key
    inner join {{ ref('int_score_groups') }} as score_groups
        on rule_points.group_key = score_groups.group_key
    inner join scored
        on
            rule_points.observation_key = scored.observation_key
            and group_points.model_key = scored.model_key
    where abs(rule_points.points) > 0.000000001
),

ranked as (
    select
        *,
        lead(points) over (
            partition by observation_key, group_key
            order by points desc, rule_key asc
        ) as next_lower,
        lag(points) over (
            partition by observation_key, group_key
            order by points desc, rule_key asc
        ) as next_higher
    from paid
    where combine = 'max'
),

-- a group that takes the best and the worst rule takes the next one instead
reduced as (
    {% for relation, gained, lost in [
        (
            "paid where combine <> 'max'",
            'gained - points',
            'lost - points',
        ),
        (
            'ranked',
            'case when next_higher is not null then gained'
                ~ ' when next_lower > 0 then next_lower else 0 end',
            'case when next_lower is not null then lost'
                ~ ' when next_higher < 0 then next_higher else 0 end',
        ),
    ] -%}
    select
        model_id,
        rule_key,
        is_won,
        points,
        score,
        other_points,
        least,
        most,
        min_score,
        max_score,
        case when points < 0 then gained else {{ gained }} end as gained,
        case when points > 0 then lost else {{ lost }} end as lost
    from {{ relation }}
    {{ "union all" if not loop.last }}
    {% endfor -%}
),

rescored as (
    select
        *,
        {{ rounded_score(clamped(
            '(other_points + ' ~ clamped('gained', 'null', 'most') ~ ' + '
            ~ clamped('lost', 'least', 'null') ~ ')', 'min_score', 'max_score'
        )) }} as score_without
    from reduced
)

select
    model_id,
    rule_key,
    score,
    score_without,
    count(*) as observations,
    sum(is_won) as wins,
    sum(points) as points
from rescored
group by model_id, rule_key, score, score_without
