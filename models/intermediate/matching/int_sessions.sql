-- Sessions as events, with the columns of int_scorable_events in its order.
with named as (
    select
        *,
        'session of ' || cast(lead_key as {{ dbt.type_string() }}) || ' from '
        || cast(started_at as {{ dbt.type_string() }}) as event_id
    from {{ ref('int_page_view_sessions') }}
),

measured as (
    select
        scored_at,
        lead_key,
        event_id,
        {{ no_properties() }}
        {{ session_measures() }}
        started_at
    from named
),

event_types as (
    select * from {{ ref('int_event_types') }}
    where is_derived
),

measure_values as (
    {{ measure_values('measured') }}
),

signed as (
    select
        measured.scored_at,
        measured.lead_key,
        measured.event_id,
        measured.started_at,
        {{ signed_fields('measured') }}
        event_types.event_type
    from measured
    cross join event_types
    {{ join_measure_values('measured') }}
)

select
    {{ text_key('signed.event_id') }} as event_key,
    signed.lead_key as actor_key,
    {{ signature_key('signed') }} as signature_key,
    signed.started_at as occurred_at,
    signed.scored_at as counts_from,
    {{ time_after('signed.scored_at', 1, 'microsecond') }} as counts_until
from signed
