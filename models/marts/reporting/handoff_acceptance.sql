{{ config(enabled=is_switched_on('reporting')) }}

with handoffs as (
    select
        *,
        {{ week_start('handed_over_at') }} as handed_over_week,
        24 * {{ days_between('handed_over_at', 'answered_at') }} as hours
    from {{ ref('int_handoffs_checked') }}
)

select
    handed_over_week,
    coalesce(owner, '(none)') as owner,
    answer,
    reason,
    cast(count(*) as {{ dbt.type_bigint() }}) as handoffs,
    cast(count(distinct lead_key) as {{ dbt.type_bigint() }}) as leads,
    sum(case when answer not in ('unusable', 'waiting') then hours end)
        as answer_hours,
    avg(case when answer not in ('unusable', 'waiting') then hours end)
        as average_answer_hours
from handoffs
group by handed_over_week, coalesce(owner, '(none)'), answer, reason
