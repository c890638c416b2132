{{ config(enabled=is_switched_on('reporting')) }}

with lead_weeks as (
    select * from {{ ref('int_lead_weeks') }}
)

select
    people.account_id,
    lead_weeks.weeks_ago,
    {{ time_after(
        'people.scored_at', '-7 * (lead_weeks.weeks_ago + 1)', 'day'
    ) }} as begins_at,
    cast(sum(lead_weeks.events) as {{ dbt.type_bigint() }}) as events,
    cast(count(*) as {{ dbt.type_bigint() }}) as people
from {{ ref('int_account_people') }} as people
inner join lead_weeks on people.lead_key = lead_weeks.lead_key
group by people.account_id, people.scored_at, lead_weeks.weeks_ago
