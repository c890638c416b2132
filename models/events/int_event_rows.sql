-- The events as the source has them, each judged by itself: whatever `as_of`
-- is, and whether or not its lead is known.
with events as (
    select {{ event_columns() }}
    from {{ input_table('stg_crm__events') }}
    {{ adapter.dispatch('worked_out_once', 'lead_scoring')(
        column_names(ref('stg_crm__events'))
    ) }}
),

timed as (
    select
        *,
        coalesce(loaded_at, occurred_at) as arrived_at,
        case when loaded_at > occurred_at then loaded_at else occurred_at end
            as known_at,
        {{ unread_time('occurred_at', 'given_occurred_at') }}
            as unread_occurred_at,
        {{ unread_time('loaded_at', 'given_loaded_at') }} as unread_loaded_at
    from events
)

select
    ---------- ids
    case
        when not {{ is_blank('event_id') }} then {{ text_key('event_id') }}
    end as event_key,
    case
        when not {{ is_blank('lead_id') }} then {{ text_key('lead_id') }}
        when not {{ is_blank('anonymous_id') }}
            then {{ visitor_key('anonymous_id') }}
    end as actor_key,
    event_id,
    lead_id,
    anonymous_id,

    ---------- text
    event_type,
    {% for column in field_columns(
        'event_properties', 'event_measures'
    ).values() -%}
    {{ column }},
    {% endfor -%}
    unread,
    case
        when {{ is_blank('event_id') }} then 'no event_id'
        when {{ is_blank('lead_id') }} and {{ is_blank('anonymous_id') }}
            then 'no lead_id and no anonymous_id'
        when event_type is null then 'no event_type'
        when unread_occurred_at is not null then 'occurred_at cannot be read'
        when occurred_at is null then 'no occurred_at'
        when unread_loaded_at is not null then 'loaded_at cannot be read'
        when loaded_at > {{ built_at() }} then 'loaded_at after this build'
        when occurred_at > {{ time_after(
            'loaded_at',
            whole_number_var('max_clock_skew_hours', 1000000, 24), 'hour'
        ) }} then 'occurred_at after loaded_at'
        when arrived_at > {{ built_at() }} then 'occurred_at after this build'
    end as rejection_reason,
    coalesce(unread_occurred_at, unread_loaded_at) as unread_time,

    ---------- timestamps
    occurred_at,
    loaded_at,
    arrived_at,
    known_at,
    case
        when
            arrived_at >= cast('0001-01-01' as {{ dbt.type_timestamp() }})
            and arrived_at < cast(
                '9999-12-31 23:59:59' as {{ dbt.type_timestamp() }}
            )
            then cast(arrived_at as date)
        else cast('1900-01-01' as date)
    end as load_day
from timed
