-- depends_on: {{ ref('int_exclusions') }}
-- depends_on: {{ ref('int_stage_bands') }}
-- depends_on: {{ ref('int_stages') }}
-- The days to restate, as the rules of today score them.
-- Without a day to restate, some of this is not used.
-- noqa: disable=ST03
with scores as (
    select
        scores.*,
        cast(scores.scored_at as date) as scored_on
    from {{ ref('int_scores') }} as scores
    inner join {{ ref('int_moments') }} as moments
        on scores.scored_at = moments.scored_at
    where moments.is_restated
),

{{ restated_stages() }}

select * from restated
