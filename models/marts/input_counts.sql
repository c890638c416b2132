-- Events by the day they were loaded, other rows by their own day.
with rejected_events as (
    select
        events.load_day,
        events.rejection_reason,
        count(*) as row_count
    from {{ ref('int_rejected_events') }} as events
    left join {{ ref('int_leads') }} as leads
        on events.actor_key = leads.lead_key
    where
        leads.lead_key is null
        or events.rejection_reason <> 'unknown lead'
    group by events.load_day, events.rejection_reason
),

kept_events as (
    select
        load_day,
        count(actor_key) as rows_used,
        count(*) - count(actor_key) as rows_erased
    from {{ ref('int_events') }}
    group by load_day
),

event_accounts as (
    select load_day, 'read' as outcome, rows_read as row_count
    from {{ ref('int_event_counts') }}

    union all

    select load_day, 'of other types' as outcome, rows_read as row_count
    from {{ ref('int_event_counts') }}
    where is_of_other_type

    union all

    select load_day, 'used' as outcome, rows_used as row_count
    from kept_events

    union all

    select load_day, 'erased' as outcome, rows_erased as row_count
    from kept_events

    union all

    select load_day, rejection_reason as outcome, row_count
    from rejected_events

    union all

    -- kept until their leads are known
    select load_day, 'used' as outcome, -row_count as row_count
    from rejected_events
    where rejection_reason = 'unknown lead'
),

erasures as (
    select
        lead_id,
        {{ optional_column(
            column_names(ref('stg_crm__erasures')), 'requested_at',
            dbt.type_timestamp()
        ) }} as requested_at
    from {{ ref('stg_crm__erasures') }}
),

accounts as (
    select
        'stg_crm__events' as input,
        nullif(load_day, cast('1900-01-01' as date)) as loaded_on,
        outcome,
        row_count
    from event_accounts

    union all

    select
        'stg_crm__erasures' as input,
        cast(requested_at as date) as loaded_on,
        'read' as outcome,
        1 as row_count
    from erasures

    union all

    select
        'stg_crm__erasures' as input,
        cast(requested_at as date) as loaded_on,
        case when {{ is_blank('lead_id') }} then 'no lead_id' else 'used' end
            as outcome,
        1 as row_count
    from erasures
    {%- for input, checked, known_at, is_its_row in [
        ('stg_crm__leads', 'int_leads_checked', 'created_at', 'not is_merge'),
        ('stg_crm__merges', 'int_leads_checked', 'merged_at', 'is_merge'),
        (
            'stg_crm__identities', 'int_identities_checked', 'identified_at',
            '1 = 1',
        ),
        ('stg_crm__outcomes', 'int_outcomes_checked', 'closed_at', '1 = 1'),
    ] %}

    union all

    select
        '{{ input }}' as input,
        cast(
            {{ optional_column(
                column_names(ref(input)), known_at, dbt.type_timestamp()
            ) }} as date
        ) as loaded_on,
        'read' as outcome,
        1 as row_count
    from {{ ref(input) }}

    union all

    select
        '{{ input }}' as input,
        cast({{ known_at }} as date) as loaded_on,
        coalesce(rejection_reason, 'used') as outcome,
        1 as row_count
    from {{ ref(checked) }}
    where {{ is_its_row }}
    {%- endfor %}
),

summed as (
    select
        input,
        loaded_on,
        outcome,
        cast(sum(row_count) as {{ dbt.type_bigint() }}) as row_count,
        outcome not in (
            'read', 'used', 'erased', 'of other types', 'event_id read before',
            'lead_id read before'
        ) as is_rejected
    from accounts
    group by input, loaded_on, outcome
)

select
    input,
    loaded_on,
    {% for column, condition in [
        ('rows_read', "outcome = 'read'"),
        ('rows_used', "outcome = 'used'"),
        ('rows_read_before', "outcome like '%read before'"),
        ('rows_rejected', 'is_rejected'),
        ('rows_of_other_types', "outcome = 'of other types'"),
        ('rows_erased', "outcome = 'erased'"),
    ] %}
    cast(
        sum(case when {{ condition }} then row_count else 0 end)
        as {{ dbt.type_bigint() }}
    ) as {{ column }},
    {% endfor %}
    {{ adapter.dispatch('joined_texts', 'lead_scoring')(
        "case when is_rejected then outcome || ': ' || cast(row_count as "
        ~ dbt.type_string() ~ ') end'
    ) }} as rejection_reasons
from summed
where row_count <> 0
group by input, loaded_on
