with scores as (
    select * from {{ ref('int_scores') }}
),

attainable_points as (
    select * from {{ ref('int_attainable_points') }}
),

grade_bands as (
    select * from {{ ref('int_grade_bands') }}
),

dimensions as (
    select
        scored_at,
        lead_key,
        model_id,
        'explicit' as dimension,
        explicit_points as points
    from scores

    union all

    select
        scored_at,
        lead_key,
        model_id,
        'implicit' as dimension,
        implicit_points as points
    from scores
),

shares as (
    select
        dimensions.*,
        case
            when dimensions.points <= 0 then 0.0
            when coalesce(attainable_points.points, 0) <= 0 then 0.0
            when dimensions.points >= attainable_points.points then 1.0
            else dimensions.points / attainable_points.points
        end as share
    from dimensions
    left join attainable_points
        on
            dimensions.scored_at = attainable_points.scored_at
            and dimensions.model_id = attainable_points.model_id
            and dimensions.dimension = attainable_points.dimension
),

graded as (
    select
        shares.scored_at,
        shares.lead_key,
        shares.model_id,
        max(case when shares.dimension = 'explicit' then grade_bands.grade end)
            as explicit_grade,
        max(case when shares.dimension = 'implicit' then grade_bands.grade end)
            as implicit_grade
    from shares
    inner join grade_bands
        on
            shares.model_id = grade_bands.model_id
            and shares.dimension = grade_bands.dimension
            and shares.share >= grade_bands.from_share
            and (
                grade_bands.below_share is null
                or shares.share < grade_bands.below_share
            )
    group by shares.scored_at, shares.lead_key, shares.model_id
)

select
    scored_at,
    lead_key,
    model_id,
    coalesce(explicit_grade, '') || coalesce(implicit_grade, '') as grade
from graded
