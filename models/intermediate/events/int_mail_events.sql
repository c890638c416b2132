-- What another delivery takes the place of is no evidence.
with signatures as (
    select
        signatures.signature_key,
        signatures.event_type,
        signatures.event_type in ({{ click_types() }}) as is_click,
        {{ key_of_var('bot_mail_property', 'signatures') }} as mail_key,
        {{ key_of_var('bot_link_property', 'signatures') }} as link_key
    from {{ ref('int_event_signatures') }} as signatures
    where signatures.event_type in ({{ mail_types() }})
)

select
    events.event_key,
    events.actor_key,
    signatures.event_type,
    signatures.is_click,
    signatures.mail_key,
    signatures.link_key,
    events.load_day,
    events.occurred_at,
    events.counts_from
from {{ ref('int_events') }} as events
inner join signatures on events.signature_key = signatures.signature_key
where signatures.mail_key is not null and events.counts_until is null
