with events as (
    select * from {{ ref('int_scorable_events') }}
),

signatures as (
    select * from {{ ref('int_signature_matches') }}
),

ranges as (
    select * from {{ ref('int_condition_ranges') }}
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
        on {{ same_signature('events', 'signatures') }}
    {{ join_measure_ranges() }}
    where {{ measures_in_ranges() }}
)

select * from matched
