-- depends_on: {{ ref('int_rule_problems') }}
with grades as (
    select
        model_id,
        dimension,
        grade,
        {{ parsed_number('min_share') }} as from_share
    from {{ rule_table('grades') }} as grades
),

banded as (
    select
        model_id,
        dimension,
        grade,
        from_share,
        lead(from_share) over (
            partition by model_id, dimension order by from_share
        ) as below_share
    from grades
)

select * from banded
