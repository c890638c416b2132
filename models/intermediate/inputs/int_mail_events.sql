-- Types are read as rules read them, each written one once. What another
-- delivery takes the place of is no evidence.
with written as (
    select distinct event_type from {{ ref('int_deliveries') }}
),

mail_types as (
    select
        event_type as written_event_type,
        lower({{ trimmed_text('event_type') }}) as event_type
    from written
    where
        lower({{ trimmed_text('event_type') }}) in (
            {{ quoted_list(var('bot_click_types')) }},
            {{ quoted_list([var('bot_delivery_type')]) }}
        )
),

events as (
    select * from {{ ref('int_events') }}
    where
        counts_until is null
        and {{ given_property('bot_mail_property') }} is not null
),

named as (
    select
        events.event_key,
        events.event_id,
        events.actor_key,
        mail_types.event_type,
        mail_types.event_type in ({{ quoted_list(var('bot_click_types')) }})
            as is_click,
        {{ property_of_var('bot_mail_property') }} as mail,
        {{ property_of_var('bot_link_property') }} as link,
        events.occurred_at,
        events.counts_from
    from events
    inner join mail_types
        on events.event_type = mail_types.written_event_type
)

select * from named
where mail is not null
