{{ config(enabled=is_switched_on('reporting')) }}

-- The last period of benchmark_days and the one before. Conversion is of leads
-- created in the period that are old enough to judge; wins, amounts and answers
-- are of deals closed and leads handed over in it.
with as_of as (
    select
        scored_at,
        {{ time_after(
            'scored_at', -whole_number_var('benchmark_days', 3660, 90), 'day'
        ) }} as begins_at,
        {{ time_after(
            'scored_at', -2 * whole_number_var('benchmark_days', 3660, 90),
            'day'
        ) }} as begins_before
    from {{ ref('int_as_of') }}
),

stages as (
    select
        stages.stage,
        stages.stage_rank
    from {{ ref('int_stages') }} as stages
    inner join {{ ref('int_score_models') }} as models
        on stages.model_id = models.model_id and models.is_primary
),

-- a measure is the sum of `part` over the sum of `whole`; without one, the sum
parts as (
    select
        'leads' as measure,
        'all' as segment,
        created_at as happened_at,
        1.0 as part,
        cast(null as {{ type_double() }}) as whole
    from {{ ref('lead_facts') }}

    union all

    select
        'average_score' as measure,
        'all' as segment,
        created_at as happened_at,
        score as part,
        1.0 as whole
    from {{ ref('lead_facts') }}

    union all

    select
        'conversion' as measure,
        stages.stage as segment,
        facts.created_at as happened_at,
        case
            when facts.highest_stage_rank >= stages.stage_rank then 1.0 else 0.0
        end as part,
        1.0 as whole
    from {{ ref('lead_facts') }} as facts
    cross join stages
    where not facts.is_too_young

    union all

    select
        'win_rate' as measure,
        'all' as segment,
        closed_at as happened_at,
        case when outcome = 'won' then 1.0 else 0.0 end as part,
        1.0 as whole
    from {{ ref('int_lead_outcomes') }}

    union all

    select
        'won_amount' as measure,
        'all' as segment,
        closed_at as happened_at,
        amount as part,
        cast(null as {{ type_double() }}) as whole
    from {{ ref('int_lead_outcomes') }}
    where outcome = 'won'

    union all

    select
        'acceptance_rate' as measure,
        'all' as segment,
        handed_over_at as happened_at,
        case when answer = 'accepted' then 1.0 else 0.0 end as part,
        1.0 as whole
    from {{ ref('int_handoffs_checked') }}
    where answer in ('accepted', 'rejected', 'recycled')
),

measured as (
    select
        parts.measure,
        parts.segment,
        as_of.begins_at,
        as_of.scored_at,
        {% for name, is_in in [
            ('value', 'parts.happened_at > as_of.begins_at'),
            ('previous_value', 'parts.happened_at <= as_of.begins_at'),
        ] -%}
        sum(case when {{ is_in }} then parts.part end)
        / coalesce(sum(case when {{ is_in }} then parts.whole end), 1.0)
            as {{ name }},
        {% endfor -%}
        count(*) as rows_measured
    from parts
    inner join as_of
        on
            parts.happened_at > as_of.begins_before
            and parts.happened_at <= as_of.scored_at
    group by parts.measure, parts.segment, as_of.begins_at, as_of.scored_at
),

targets as (
    select
        measure,
        {{ lowered('segment') }} as segment,
        {{ parsed_number('target') }} as target
    from {{ rule_table('benchmark_targets') }} as benchmark_targets
)

select
    measured.measure,
    measured.segment,
    measured.begins_at as period_start,
    measured.scored_at as period_end,
    cast(measured.value as {{ type_double() }}) as value,
    cast(measured.previous_value as {{ type_double() }}) as previous_value,
    cast(measured.value - measured.previous_value as {{ type_double() }})
        as change,
    targets.target,
    cast(measured.value - targets.target as {{ type_double() }}) as gap,
    measured.value >= targets.target as is_met
from measured
left join targets
    on
        measured.measure = targets.measure
        and {{ lowered('measured.segment') }} = targets.segment
