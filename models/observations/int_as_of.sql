{{ config(
    pre_hook="{{ adapter.dispatch('check_session', 'lead_scoring')() }}",
) }}

-- depends_on: {{ ref('int_rule_problems') }}
-- When this build scores, and by which version of the rules: a sum over their
-- lines, so that the order of the lines makes no difference.
with events as (
    select max(arrived_at) as newest_at
    from {{ ref('int_event_rows') }} as event_rows
    where
        {{ is_to_read(ref('int_events_to_read')) }}
        and arrived_at <= {{ built_at() }}
),

leads as (
    select max(created_at) as newest_at
    from {{ ref('int_leads_checked') }}
    where created_at <= {{ built_at() }}
),

as_of as (
    select
        cast(
            coalesce(
                {{ as_of() }},
                case
                    when leads.newest_at > events.newest_at
                        then leads.newest_at
                    else events.newest_at
                end,
                leads.newest_at
            ) as {{ dbt.type_timestamp() }}
        ) as scored_at
    from events
    cross join leads
),

lines as (
    {{ rule_line_keys('as_of') }}
)

select
    scored_at,
    cast(sum(mod(line_key, 1000000007)) as {{ dbt.type_bigint() }})
        as rules_version
from lines
where scored_at is not null
group by scored_at
