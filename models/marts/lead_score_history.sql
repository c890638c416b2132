{{ config(
    partition_by=parted_by('scored_on'),
    pre_hook=[
        "{{ clear_days_of_history(
            recorded_moment(ref('int_published_moments'), ref('int_as_of')),
            ref('int_observations')
        ) }}",
    ],
    post_hook="{{ forget_erased(this) }}",
) }}

-- depends_on: {{ ref('int_erased_actors') }}
-- A build adds the scores of its moment, once, and those of the days that it
-- restates.
with history as (
    select * from {{ so_far({
        'basis': dbt.type_string(),
        'scored_on': 'date',
        'scored_at': dbt.type_timestamp(),
    }) }} as history
),

recorded_moment as (
    {{ recorded_moment(ref('int_published_moments'), ref('int_as_of')) }}
),

recorded_before as (
    select distinct history.scored_at
    from history
    inner join recorded_moment
        on
            history.scored_on = cast(recorded_moment.scored_at as date)
            and history.scored_at = recorded_moment.scored_at
    where history.basis = 'as_scored'
),

moment as (
    select recorded_moment.scored_at
    from recorded_moment
    left join recorded_before
        on recorded_moment.scored_at = recorded_before.scored_at
    where recorded_before.scored_at is null
),

as_scored as (
    select
        'as_scored' as basis,
        lead_scores.model_id,
        lead_scores.lead_id,
        cast(lead_scores.scored_at as date) as scored_on,
        lead_scores.scored_at,
        lead_scores.explicit_points,
        lead_scores.implicit_points,
        lead_scores.raw_points,
        lead_scores.score,
        lead_scores.grade,
        lead_scores.stage,
        lead_scores.stage_rank
    from {{ ref('lead_scores') }} as lead_scores
    inner join moment on lead_scores.scored_at = moment.scored_at
),

restated as (
    select
        'restated' as basis,
        scores.model_id,
        scores.lead_id,
        cast(scores.scored_at as date) as scored_on,
        scores.scored_at,
        scores.explicit_points,
        scores.implicit_points,
        scores.raw_points,
        scores.score,
        grades.grade,
        scores.stage,
        scores.stage_rank
    from {{ ref('int_lead_stages') }} as scores
    left join {{ ref('int_score_grades') }} as grades
        on
            scores.observation_key = grades.observation_key
            and scores.model_id = grades.model_id
    where scores.basis = 'restated'
)

select * from as_scored
union all
select * from restated
