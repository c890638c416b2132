with as_of as (
    select * from {{ ref('int_as_of') }}
),

versions as (
    select
        lead_id,
        {{ unread_time(
            optional_column(
                column_names(ref('stg_crm__lead_history')), 'valid_from',
                dbt.type_timestamp()
            ),
            'valid_from'
        ) }} as unread_time
    from {{ ref('stg_crm__lead_history') }}
),

rejected as (
    select
        case when is_merge then 'stg_crm__merges' else 'stg_crm__leads' end
            as input,
        lead_id as record_id,
        lead_id,
        cast(null as {{ dbt.type_string() }}) as anonymous_id,
        cast(null as {{ dbt.type_string() }}) as event_type,
        case when is_merge then merged_at else created_at end as happened_at,
        cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
        unread_time,
        rejection_reason
    from {{ ref('int_leads_checked') }}

    union all

    select
        'stg_crm__events' as input,
        events.event_id as record_id,
        events.lead_id,
        events.anonymous_id,
        events.event_type,
        events.occurred_at as happened_at,
        events.loaded_at,
        events.unread_time,
        events.rejection_reason
    from {{ ref('int_rejected_events') }} as events
    left join {{ ref('int_leads') }} as leads
        on events.actor_key = leads.lead_key
    where
        leads.lead_key is null or events.rejection_reason <> 'unknown lead'

    union all

    select
        'stg_crm__identities' as input,
        anonymous_id as record_id,
        lead_id,
        anonymous_id,
        cast(null as {{ dbt.type_string() }}) as event_type,
        identified_at as happened_at,
        cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
        unread_time,
        rejection_reason
    from {{ ref('int_identities_checked') }}

    union all

    select
        'stg_crm__outcomes' as input,
        lead_id as record_id,
        lead_id,
        cast(null as {{ dbt.type_string() }}) as anonymous_id,
        cast(null as {{ dbt.type_string() }}) as event_type,
        closed_at as happened_at,
        cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
        unread_time,
        rejection_reason
    from {{ ref('int_outcomes_checked') }}

    union all

    select
        'stg_crm__erasures' as input,
        cast(null as {{ dbt.type_string() }}) as record_id,
        cast(null as {{ dbt.type_string() }}) as lead_id,
        cast(null as {{ dbt.type_string() }}) as anonymous_id,
        cast(null as {{ dbt.type_string() }}) as event_type,
        {{ optional_column(
            column_names(ref('stg_crm__erasures')), 'requested_at',
            dbt.type_timestamp()
        ) }} as happened_at,
        cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
        cast(null as {{ dbt.type_string() }}) as unread_time,
        case
            when {{ is_blank('lead_id') }} then 'no lead_id'
        end as rejection_reason
    from {{ input_table('stg_crm__erasures') }}

    union all

    select
        'stg_crm__lead_history' as input,
        leads.lead_id as record_id,
        leads.lead_id,
        cast(null as {{ dbt.type_string() }}) as anonymous_id,
        cast(null as {{ dbt.type_string() }}) as event_type,
        cast(null as {{ dbt.type_timestamp() }}) as happened_at,
        cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
        versions.unread_time,
        'valid_from cannot be read' as rejection_reason
    from versions
    inner join {{ ref('int_leads') }} as leads
        on cast(versions.lead_id as {{ dbt.type_string() }}) = leads.lead_id
    where versions.unread_time is not null
),

numbered as (
    select
        cast(row_number() over (
            order by
                {% for name in [
                    'input', 'record_id', 'rejection_reason', 'lead_id',
                    'anonymous_id', 'event_type', 'unread_time',
                ] -%}
                {{ in_byte_order(name) }} asc nulls last,
                {% endfor -%}
                rejected.happened_at asc nulls last,
                rejected.loaded_at asc nulls last
        ) as {{ dbt.type_bigint() }}) as rejected_row_id,
        rejected.input,
        rejected.rejection_reason as reason,
        rejected.record_id,
        rejected.lead_id,
        rejected.anonymous_id,
        rejected.event_type,
        {% for time in ['happened_at', 'loaded_at'] -%}
        case
            when
                rejected.{{ time }} >= cast(
                    '0001-01-01' as {{ dbt.type_timestamp() }}
                )
                and rejected.{{ time }} <= cast(
                    '9999-12-31 23:59:59.999999' as {{ dbt.type_timestamp() }}
                )
                then rejected.{{ time }}
        end as {{ time }},
        {% endfor -%}
        rejected.unread_time
    from rejected
    cross join as_of
    where
        rejected.rejection_reason <> 'erased'
        and (
            coalesce(rejected.loaded_at, rejected.happened_at)
            <= as_of.scored_at
            or coalesce(rejected.loaded_at, rejected.happened_at) is null
            -- a time that cannot be
            or coalesce(rejected.loaded_at, rejected.happened_at)
            > {{ built_at() }}
        )
)

select * from numbered
