{{ config(
    partition_by=parted_by('load_day'),
    pre_hook="{{ clear_days_to_read(this, ref('int_events_to_read')) }}",
    post_hook="{{ change_rows(
        this,
        {
            'actor_key': 'null', 'signature_key': 'null', 'event_id': 'null',
            'occurred_at': 'null', 'known_at': 'null',
        },
        'actor_key in (select actor_key from ' ~ ref('int_erased_actors') ~ ')'
    ) }}",
) }}

-- depends_on: {{ ref('int_erased_actors') }}
-- Kept by load day: each event once, as its first row has it. Of people who
-- asked to be forgotten nothing stays but load days, for the counts, and keys
-- of events, so that their ids are not taken for new ones.
with set_aside as (
    select * from {{ ref('int_events_set_aside') }}
    where is_usable
),

set_aside_keys as (
    select distinct event_key from set_aside
),

bots as (
    select distinct signature_key
    from {{ ref('int_signature_matches') }}
    where rule_type = 'bot'
)

select
    new_events.event_key,
    new_events.actor_key,
    new_events.signature_key,
    new_events.event_id,
    new_events.occurred_at,
    new_events.known_at,
    new_events.load_day
from {{ ref('int_new_events') }} as new_events
left join set_aside_keys on new_events.event_key = set_aside_keys.event_key
where set_aside_keys.event_key is null

union all

select
    set_aside.event_key,
    set_aside.actor_key,
    set_aside.signature_key,
    case
        when set_aside.is_click or bots.signature_key is not null
            then set_aside.event_id
    end as event_id,
    set_aside.occurred_at,
    set_aside.known_at,
    set_aside.load_day
from set_aside
left join bots on set_aside.signature_key = bots.signature_key
where set_aside.is_first
