with events as (
    select * from {{ ref('int_scorable_events') }}
    union all
    select * from {{ ref('int_sessions') }}
),

signatures as (
    select * from {{ ref('int_signature_matches') }}
)

select
    events.event_key,
    events.actor_key,
    signatures.rule_key,
    events.occurred_at,
    events.counts_from,
    events.counts_until
from events
inner join signatures on events.signature_key = signatures.signature_key
