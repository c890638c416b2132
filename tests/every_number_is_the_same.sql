{{ config(enabled=is_switched_on('reporting')) }}

-- What means the same is the same number wherever it is shown.
with numbers as (
    {% for name, table, sql in [
        ('leads', 'scored_leads', 'count(*)'),
        ('leads', 'lead_facts', 'count(*)'),
        ('leads', 'funnel_conversion',
         "sum(case when step = 'created' then reached else 0 end)"),
        ('leads', 'channel_quality',
         "sum(case when touch = 'first' then leads else 0 end)"),
        ('leads', 'channel_quality',
         "sum(case when touch = 'last' then leads else 0 end)"),
        ('leads', 'channel_quality',
         "sum(case when touch = 'linear' then leads else 0 end)"),
        ('qualified leads', 'lead_facts',
         'sum(case when is_qualified then 1 else 0 end)'),
        ('qualified leads', 'channel_quality', 'sum(qualified_leads) / 3'),
        ('won leads', 'lead_facts', 'sum(case when is_won then 1 else 0 end)'),
        ('won leads', 'channel_quality', 'sum(won_leads) / 3'),
        ('won leads', 'sales_cycle', 'sum(won_leads)'),
        ('won leads', 'funnel_conversion',
         "sum(case when step = 'won' then reached else 0 end)"),
        ('won amount', 'lead_facts', 'coalesce(sum(won_amount), 0)'),
        ('won amount', 'channel_quality',
         "sum(case when touch = 'linear' then won_amount else 0 end)"),
        ('won amount', 'sales_cycle', 'sum(won_amount)'),
        ('score', 'scored_leads', 'sum(score)'),
        ('score', 'channel_quality', 'sum(score_total) / 3'),
        ('with an owner', 'scored_leads', 'count(owner)'),
        ('with an owner', 'lead_facts', 'count(owner)'),
        ('people', 'lead_accounts', 'count(*)'),
        ('people', 'scored_accounts', 'sum(people)'),
        ('people', 'lead_facts', 'count(account_id)'),
        ('days to win', 'lead_facts',
         'sum(case when days_to_won > 0 then days_to_won else 0 end)'),
        ('days to win', 'sales_cycle',
         "sum(case when stage = 'won' then days_in_stage end)"),
        ('days to win', 'funnel_conversion',
         "sum(case when step = 'won' then days_to_reach end)"),
        ('accepted leads', 'lead_facts',
         'sum(case when is_accepted then 1 else 0 end)'),
        ('hand-offs', 'lead_facts', 'sum(handoffs)'),
        ('hand-offs', 'handoff_acceptance',
         "sum(case when answer <> 'unusable' then handoffs else 0 end)"),
        ('engagement', 'scored_accounts', 'sum(recent_events)'),
        ('engagement', 'account_engagement',
         'sum(case when weeks_ago < ' ~ var('recent_weeks')
         ~ ' then events else 0 end)'),
    ] %}
    {{ "union all" if not loop.first }}
    select
        '{{ name }}' as name,
        cast(coalesce({{ sql }}, 0) as {{ type_double() }}) as number
    from {{ ref(table) }}
    {% endfor %}
)

select
    name,
    min(number) as lowest,
    max(number) as highest
from numbers
group by name
having max(number) - min(number) > 0.000001 * (1 + abs(max(number)))
