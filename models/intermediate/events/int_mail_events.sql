-- What another delivery takes the place of is no evidence.
select
    event_key,
    event_id,
    actor_key,
    mail_type as event_type,
    mail_type in ({{ click_types() }}) as is_click,
    mail_key,
    link_key,
    occurred_at,
    counts_from
from {{ ref('int_events') }}
where
    mail_type is not null
    and mail_key is not null
    and counts_until is null
