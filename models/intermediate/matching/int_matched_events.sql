with events as (
    select * from {{ ref('int_scorable_events') }}
    union all
    select * from {{ ref('int_sessions') }}
),

signatures as (
    select * from {{ ref('int_signature_matches') }}
),

ranges as (
    select
        condition_key,
        case when matches_missing then 1 else 0 end as is_missing,
        {{ range_limit('low', 'includes_bounds', '-') }} as at_least,
        {{ range_limit('low', 'not includes_bounds', '-') }} as above,
        {{ range_limit('high', 'includes_bounds', '') }} as at_most,
        {{ range_limit('high', 'not includes_bounds', '') }} as below
    from {{ ref('int_condition_ranges') }}
),

matched as (
    select
        events.event_key,
        events.actor_key,
        signatures.rule_key,
        events.occurred_at,
        events.counts_from,
        events.counts_until
    from events
    inner join signatures
        on events.signature_key = signatures.signature_key
    {{ join_measure_ranges() }}
    where {{ measures_in_ranges() }}
)

select * from matched
