-- A grade is the one with the highest `min_share` that the lead's share of the
-- attainable points reaches, looked up here in grades.csv itself.
with grades as (
    select
        model_id,
        dimension,
        grade,
        {{ parsed_number('min_share') }} as min_share
    from {{ rule_table('grades') }} as grades
),

attainable as (
    select attainable_points.*
    from {{ ref('int_attainable_points') }} as attainable_points
    inner join {{ ref('int_as_of') }} as as_of
        on attainable_points.rules_on = cast(as_of.scored_at as date)
),

reached as (
    select
        lead_scores.model_id,
        lead_scores.lead_id,
        grades.dimension,
        max(grades.min_share) as min_share
    from {{ ref('lead_scores') }} as lead_scores
    inner join grades on lead_scores.model_id = grades.model_id
    left join attainable
        on
            grades.model_id = attainable.model_id
            and grades.dimension = attainable.dimension
    where
        grades.min_share <= 0
        or {{ rounded(
            "case grades.dimension when 'explicit' "
            ~ 'then lead_scores.explicit_points '
            ~ 'else lead_scores.implicit_points end '
            ~ '/ nullif(attainable.points, 0)', 12
        ) }} >= grades.min_share
    group by lead_scores.model_id, lead_scores.lead_id, grades.dimension
),

expected as (
    select
        reached.model_id,
        reached.lead_id,
        coalesce(
            max(case when reached.dimension = 'explicit' then grades.grade end),
            ''
        )
        || coalesce(
            max(case when reached.dimension = 'implicit' then grades.grade end),
            ''
        ) as grade
    from reached
    inner join grades
        on
            reached.model_id = grades.model_id
            and reached.dimension = grades.dimension
            and reached.min_share = grades.min_share
    group by reached.model_id, reached.lead_id
)

select
    lead_scores.model_id,
    lead_scores.lead_id,
    lead_scores.grade,
    expected.grade as expected_grade
from {{ ref('lead_scores') }} as lead_scores
left join expected
    on
        lead_scores.model_id = expected.model_id
        and lead_scores.lead_id = expected.lead_id
where coalesce(lead_scores.grade, '') <> coalesce(expected.grade, '')
