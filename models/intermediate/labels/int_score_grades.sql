with shares as (
    select
        scores.scored_at,
        scores.lead_key,
        scores.model_id,
        {{ share('scores.explicit_points', 'explicit_maximum.points') }}
            as explicit_share,
        {{ share('scores.implicit_points', 'implicit_maximum.points') }}
            as implicit_share
    from {{ ref('int_scores') }} as scores
    left join {{ ref('int_attainable_points') }} as explicit_maximum
        on
            scores.scored_at = explicit_maximum.scored_at
            and scores.model_id = explicit_maximum.model_id
            and explicit_maximum.dimension = 'explicit'
    left join {{ ref('int_attainable_points') }} as implicit_maximum
        on
            scores.scored_at = implicit_maximum.scored_at
            and scores.model_id = implicit_maximum.model_id
            and implicit_maximum.dimension = 'implicit'
),

graded as (
    select
        shares.scored_at,
        shares.lead_key,
        shares.model_id,
        explicit_bands.grade as explicit_grade,
        implicit_bands.grade as implicit_grade
    from shares
    left join {{ ref('int_grade_bands') }} as explicit_bands
        on
            shares.model_id = explicit_bands.model_id
            and explicit_bands.dimension = 'explicit'
            and shares.explicit_share >= explicit_bands.from_share
            and (
                explicit_bands.below_share is null
                or shares.explicit_share < explicit_bands.below_share
            )
    left join {{ ref('int_grade_bands') }} as implicit_bands
        on
            shares.model_id = implicit_bands.model_id
            and implicit_bands.dimension = 'implicit'
            and shares.implicit_share >= implicit_bands.from_share
            and (
                implicit_bands.below_share is null
                or shares.implicit_share < implicit_bands.below_share
            )
)

select
    scored_at,
    lead_key,
    model_id,
    coalesce(explicit_grade, '') || coalesce(implicit_grade, '') as grade
from graded
where explicit_grade is not null or implicit_grade is not null
