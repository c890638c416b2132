-- The moment of this build, and of each day to restate the one that was
-- published then, or else its last microsecond; none is later than `as_of`.
with as_of as (
    select * from {{ ref('int_as_of') }}
),

published as (
    select
        cast(scored_at as date) as scored_on,
        max(scored_at) as scored_at
    from {{ ref('int_published_moments') }}
    group by cast(scored_at as date)
),

days as (
    {{ restated_days() }}
),

days_to_as_of as (
    select
        as_of.scored_at as as_of,
        coalesce(
            published.scored_at,
            {{ time_after(
                'cast(days.scored_on as ' ~ dbt.type_timestamp() ~ ')',
                86400000000 - 1, 'microsecond'
            ) }}
        ) as scored_at
    from days
    inner join as_of on days.scored_on <= cast(as_of.scored_at as date)
    left join published on days.scored_on = published.scored_on
),

moments as (
    select scored_at, false as is_restated
    from as_of

    union all

    select
        case when scored_at > as_of then as_of else scored_at end as scored_at,
        true as is_restated
    from days_to_as_of
)

select
    cast(scored_at as {{ dbt.type_timestamp() }}) as scored_at,
    max(case when is_restated then 1 else 0 end) = 1 as is_restated
from moments
group by scored_at
