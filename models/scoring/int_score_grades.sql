-- depends_on: {{ ref('int_rule_problems') }}
with bands as (
    select
        model_id,
        dimension,
        grade,
        {{ parsed_number('min_share') }} as from_share,
        lead({{ parsed_number('min_share') }}) over (
            partition by model_id, dimension
            order by {{ parsed_number('min_share') }}
        ) as below_share
    from {{ rule_table('grades') }} as grades
),

shares as (
    select
        scores.observation_key,
        scores.model_id,
        {{ share('scores.explicit_points', 'explicit_maximum.points') }}
            as explicit_share,
        {{ share('scores.implicit_points', 'implicit_maximum.points') }}
            as implicit_share
    from {{ ref('int_scores') }} as scores
    left join {{ ref('int_attainable_points') }} as explicit_maximum
        on
            scores.rules_on = explicit_maximum.rules_on
            and scores.model_id = explicit_maximum.model_id
            and explicit_maximum.dimension = 'explicit'
    left join {{ ref('int_attainable_points') }} as implicit_maximum
        on
            scores.rules_on = implicit_maximum.rules_on
            and scores.model_id = implicit_maximum.model_id
            and implicit_maximum.dimension = 'implicit'
)

select
    shares.observation_key,
    shares.model_id,
    coalesce(explicit_bands.grade, '') || coalesce(implicit_bands.grade, '')
        as grade
from shares
left join bands as explicit_bands
    on
        shares.model_id = explicit_bands.model_id
        and explicit_bands.dimension = 'explicit'
        and shares.explicit_share >= explicit_bands.from_share
        and (
            explicit_bands.below_share is null
            or shares.explicit_share < explicit_bands.below_share
        )
left join bands as implicit_bands
    on
        shares.model_id = implicit_bands.model_id
        and implicit_bands.dimension = 'implicit'
        and shares.implicit_share >= implicit_bands.from_share
        and (
            implicit_bands.below_share is null
            or shares.implicit_share < implicit_bands.below_share
        )
where explicit_bands.grade is not null or implicit_bands.grade is not null
