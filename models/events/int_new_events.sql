-- The usable events of the load days to read, narrow. An event that came more
-- than once is here more than once.
with event_rows as (
    select * from {{ ref('int_event_rows') }} as event_rows
    where {{ is_to_read(ref('int_events_to_read')) }}
),

signed as (
    select
        event_rows.event_key,
        event_rows.actor_key,
        event_rows.event_id,
        {{ signature_fields('event_rows', 'event_types', compared_numbers(
            ref('int_conditions'), ref('int_condition_items')
        )) }}
        event_rows.event_type,
        event_types.is_click,
        event_rows.occurred_at,
        event_rows.known_at,
        event_rows.load_day
    from event_rows
    inner join {{ ref('int_scored_event_types') }} as event_types
        on event_rows.event_type = event_types.event_type
    where event_rows.rejection_reason is null
),

bots as (
    select distinct signature_key
    from {{ ref('int_signature_matches') }}
    where rule_type = 'bot'
),

keyed as (
    select
        signed.event_key,
        signed.actor_key,
        {{ signature_key('signed') }} as signature_key,
        signed.event_id,
        signed.is_click,
        signed.occurred_at,
        signed.known_at,
        signed.load_day
    from signed
)

-- of people who asked to be forgotten nothing stays but what counts need
select
    keyed.event_key,
    {% for column in [
        'actor_key', 'signature_key', 'occurred_at', 'known_at'
    ] -%}
    case when erased.actor_key is null then keyed.{{ column }} end
        as {{ column }},
    {% endfor -%}
    case
        when erased.actor_key is not null then null
        when keyed.is_click or bots.signature_key is not null
            then keyed.event_id
    end as event_id,
    keyed.load_day
from keyed
left join bots on keyed.signature_key = bots.signature_key
left join {{ ref('int_erased_actors') }} as erased
    on keyed.actor_key = erased.actor_key
