{{ config(enabled=is_switched_on('reporting')) }}

-- The steps are: created, the stages by rank, won. A lead that has reached a
-- stage has reached those below it too.
with facts as (
    select * from {{ ref('lead_facts') }}
),

stages as (
    select
        stages.stage,
        stages.stage_rank,
        stages.model_id
    from {{ ref('int_stages') }} as stages
    inner join {{ ref('int_score_models') }} as models
        on stages.model_id = models.model_id and models.is_primary
),

steps as (
    select
        stage as step,
        stage_rank as step_rank
    from stages
    union all
    select
        'created' as step,
        -1 as step_rank
    union all
    select
        'won' as step,
        1000000001 as step_rank
),

-- when each lead first was in a stage, or in one above it
entries as (
    select
        stages.stage as step,
        facts.created_week,
        facts.is_too_young,
        {{ days_between('facts.created_at', 'min(stays.entered_at)') }} as days
    from {{ ref('lead_stage_history') }} as stays
    inner join stages
        on
            stays.model_id = stages.model_id
            and stays.stage_rank >= stages.stage_rank
    inner join facts
        on
            stays.lead_id = facts.lead_id
            and stays.entered_at <= facts.scored_at
    group by
        stages.stage, facts.lead_id, facts.created_week, facts.is_too_young,
        facts.created_at

    union all

    select
        'won' as step,
        created_week,
        is_too_young,
        days_to_won as days
    from facts
    where is_won
),

days as (
    select
        step,
        created_week,
        is_too_young,
        sum(case when days > 0 then days else 0 end) as days_to_reach,
        avg(case when days > 0 then days else 0 end) as average_days
    from entries
    group by step, created_week, is_too_young
),

cohorts as (
    select
        created_week,
        is_too_young,
        highest_stage_rank,
        is_won,
        count(*) as leads
    from facts
    group by created_week, is_too_young, highest_stage_rank, is_won
),

counted as (
    select
        cohorts.created_week,
        cohorts.is_too_young,
        steps.step,
        steps.step_rank,
        sum(cohorts.leads) as leads,
        sum(case
            when steps.step = 'won' and not cohorts.is_won then 0
            when steps.step = 'won' then cohorts.leads
            when cohorts.highest_stage_rank >= steps.step_rank
                then cohorts.leads
            when steps.step = 'created' then cohorts.leads
            else 0
        end) as reached
    from cohorts
    cross join steps
    group by
        cohorts.created_week, cohorts.is_too_young, steps.step, steps.step_rank
)

select
    counted.created_week as cohort_week,
    counted.is_too_young,
    counted.step,
    cast(row_number() over (
        partition by counted.created_week, counted.is_too_young
        order by counted.step_rank
    ) as integer) as step_rank,
    cast(counted.leads as {{ dbt.type_bigint() }}) as leads,
    cast(counted.reached as {{ dbt.type_bigint() }}) as reached,
    cast(counted.reached as {{ type_double() }}) / counted.leads as conversion,
    cast(counted.reached as {{ type_double() }}) / nullif(
        lag(counted.reached) over (
            partition by counted.created_week, counted.is_too_young
            order by counted.step_rank
        ), 0
    ) as step_conversion,
    days.days_to_reach,
    days.average_days
from counted
left join days
    on
        counted.step = days.step
        and counted.created_week = days.created_week
        and counted.is_too_young = days.is_too_young
