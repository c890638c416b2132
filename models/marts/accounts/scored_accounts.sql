{{ config(enabled=is_switched_on('reporting')) }}

with people as (
    select
        *,
        cast(cast(score as decimal(18, 2)) as {{ dbt.type_string() }})
            as shown_score
    from {{ ref('int_account_people') }}
),

weeks as (
    select
        *,
        weeks_ago < {{ whole_number_var('recent_weeks', 520, 4) }} as is_recent,
        weeks_ago >= {{ whole_number_var('recent_weeks', 520, 4) }}
        and weeks_ago < {{ 2 * whole_number_var('recent_weeks', 520, 4) }}
            as is_earlier
    from {{ ref('int_lead_weeks') }}
),

activity as (
    select
        people.account_id,
        count(distinct case when weeks.is_recent then people.lead_key end)
            as engaged_people,
        sum(case when weeks.is_recent then weeks.events else 0 end)
            as recent_events,
        sum(case when weeks.is_earlier then weeks.events else 0 end)
            as earlier_events,
        max(weeks.last_event_at) as last_event_at
    from people
    inner join weeks on people.lead_key = weeks.lead_key
    group by people.account_id
),

roles as (
    select
        account_id,
        count(case when is_covered then 1 end) as buying_roles,
        avg(case when is_covered then 1.0 else 0.0 end) as role_coverage,
        {{ adapter.dispatch('joined_texts', 'lead_scoring')(
            'case when not is_covered then buying_role end'
        ) }} as missing_roles
    from {{ ref('int_account_roles') }}
    group by account_id
),

company_names as (
    select
        account_id,
        company,
        row_number() over (
            partition by account_id
            order by count(*) desc, {{ in_byte_order('company') }}
        ) as choice
    from people
    where company is not null
    group by account_id, company
),

-- lead_accounts calls an account without a domain `company: ` and its name
scores as (
    select
        account_id,
        scored_at,
        case when account_id not like 'company: %' then account_id end
            as domain,
        count(*) as people,
        count(case when is_qualified then 1 end) as qualified_people,
        count(case when is_excluded then 1 end) as excluded_people,
        max(case when not is_excluded then score end) as best_score,
        {{ rounded_score(
            'coalesce(sum(case when not is_excluded then score * '
            ~ account_share('place') ~ ' end), 0)'
        ) }} as combined_score,
        {% for place in [1, 2, 3] -%}
        max(case
            when place = {{ place }} and not is_excluded
                then lead_id || ' (' || shown_score || ')'
        end) as person_{{ place }},
        {% endfor -%}
        max(case when place = 1 then lead_id end) as best_lead_id
    from people
    group by account_id, scored_at
),

stages as (
    select
        stage,
        next_step,
        cast({{ parsed_number('stage_rank') }} as integer) as stage_rank,
        {{ parsed_number('enters_at') }} as enters_at,
        coalesce({{ parsed_number('min_people') }}, 0) as min_people
    from {{ rule_table('account_stages') }} as account_stages
),

reached as (
    select
        scores.account_id,
        max(stages.stage_rank) as stage_rank
    from scores
    inner join stages
        on
            scores.combined_score >= stages.enters_at
            and scores.qualified_people >= stages.min_people
    group by scores.account_id
)

select
    scores.account_id,
    coalesce(company_names.company, scores.domain) as account_name,
    scores.domain,
    scores.scored_at,
    cast(scores.people as {{ dbt.type_bigint() }}) as people,
    cast(scores.qualified_people as {{ dbt.type_bigint() }})
        as qualified_people,
    cast(scores.excluded_people as {{ dbt.type_bigint() }}) as excluded_people,
    scores.best_score,
    scores.combined_score,
    stages.stage,
    stages.stage_rank,
    stages.next_step,
    cast(row_number() over (
        order by
            stages.stage_rank desc nulls last,
            scores.combined_score desc,
            {{ in_byte_order('scores.account_id') }}
    ) as integer) as account_rank,
    owners.owner,
    cast(coalesce(roles.buying_roles, 0) as integer) as buying_roles,
    cast(roles.role_coverage as {{ type_double() }}) as role_coverage,
    roles.missing_roles,
    cast(coalesce(activity.engaged_people, 0) as {{ dbt.type_bigint() }})
        as engaged_people,
    cast(coalesce(activity.recent_events, 0) as {{ dbt.type_bigint() }})
        as recent_events,
    cast(coalesce(activity.earlier_events, 0) as {{ dbt.type_bigint() }})
        as earlier_events,
    activity.last_event_at,
    scores.person_1 || coalesce('; ' || scores.person_2, '')
    || coalesce('; ' || scores.person_3, '') as top_people
from scores
left join reached on scores.account_id = reached.account_id
left join stages on reached.stage_rank = stages.stage_rank
left join company_names
    on scores.account_id = company_names.account_id and company_names.choice = 1
left join roles on scores.account_id = roles.account_id
left join activity on scores.account_id = activity.account_id
left join {{ ref('int_lead_owners') }} as owners
    on scores.best_lead_id = owners.lead_id
