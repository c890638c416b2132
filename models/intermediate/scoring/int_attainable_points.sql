with rules as (
    select * from {{ ref('int_rules') }}
),

moments as (
    select * from {{ ref('int_moments') }}
),

score_groups as (
    select * from {{ ref('int_score_groups') }}
),

reachable as (
    select
        moments.scored_at,
        rules.model_id,
        rules.group_id,
        rules.rule_id,
        {{ rule_reach() }} as reach
    from rules
    inner join moments on {{ is_valid_at('moments.scored_at') }}
),

grouped as (
    select
        moments.scored_at,
        score_groups.model_id,
        score_groups.group_id,
        score_groups.dimension,
        {{ group_reach() }} as reach
    from score_groups
    cross join moments
    left join reachable
        on
            score_groups.model_id = reachable.model_id
            and score_groups.group_id = reachable.group_id
            and moments.scored_at = reachable.scored_at
    group by
        moments.scored_at,
        score_groups.model_id,
        score_groups.group_id,
        score_groups.dimension,
        score_groups.combine,
        score_groups.max_points
),

attainable as (
    select
        scored_at,
        model_id,
        dimension,
        sum(reach) as points
    from grouped
    group by scored_at, model_id, dimension
)

select * from attainable
