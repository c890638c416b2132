with rejected as (
    select
        'stg_crm__leads' as input,
        lead_id as record_id,
        {{ rejected_columns(['lead_id']) }},
        created_at as happened_at,
        cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
        rejection_reason
    from {{ ref('int_leads_checked') }}

    union all

    select
        'stg_crm__events' as input,
        event_id as record_id,
        {{ rejected_columns(['lead_id', 'anonymous_id', 'event_type']) }},
        occurred_at as happened_at,
        loaded_at,
        rejection_reason
    from {{ ref('int_rejected_events') }}

    union all

    select
        'stg_crm__identities' as input,
        anonymous_id as record_id,
        {{ rejected_columns(['lead_id', 'anonymous_id']) }},
        identified_at as happened_at,
        cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
        rejection_reason
    from {{ ref('int_identities_checked') }}

    union all

    select
        'stg_crm__outcomes' as input,
        lead_id as record_id,
        {{ rejected_columns(['lead_id']) }},
        closed_at as happened_at,
        cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
        rejection_reason
    from {{ ref('int_outcomes_checked') }}

    union all

    select
        'stg_crm__erasures' as input,
        cast(null as {{ dbt.type_string() }}) as record_id,
        {{ rejected_columns([]) }},
        cast(requested_at as {{ dbt.type_timestamp() }}) as happened_at,
        cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
        case
            when {{ is_blank('lead_id') }} then 'no lead_id'
        end as rejection_reason
    from {{ input_table('stg_crm__erasures') }}
),

numbered as (
    select
        cast(row_number() over (
            order by
                {{ sort_columns(
                    [
                        'input', 'record_id', 'happened_at', 'loaded_at',
                        'rejection_reason', 'lead_id', 'anonymous_id',
                        'event_type',
                    ],
                    [
                        'input', 'record_id', 'rejection_reason', 'lead_id',
                        'anonymous_id', 'event_type',
                    ]
                ) }}
        ) as {{ dbt.type_bigint() }}) as rejected_row_id,
        input,
        rejection_reason as reason,
        record_id,
        lead_id,
        anonymous_id,
        event_type,
        happened_at,
        loaded_at
    from rejected
    where rejection_reason is not null
)

select * from numbered
