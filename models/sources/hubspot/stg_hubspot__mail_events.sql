{{ config(enabled='hubspot' in (var('sources') or [])) }}

-- Of tables that only grow, and without a join to contacts: an event that was
-- read once never changes.
with mail_events as (
    select *
    from {{ raw_table(
        'hubspot', 'email_event',
        texts=['id', 'type', 'recipient', 'email_campaign_id'],
        times=['created', '_fivetran_synced as synced_at'],
        flags=['filtered_event'],
    ) }} as raw_mail_events
    where not filtered_event
),

clicks as (
    select *
    from {{ raw_table('hubspot', 'email_event_click', ['id', 'url']) }} as urls
)

select
    {{ event_row(
        'hubspot',
        event_id="'email-' || mail_events.id",
        event_type="'email_' || lower(mail_events.type)",
        occurred_at='mail_events.created',
        synced_at='mail_events.synced_at',
        address='mail_events.recipient',
        fields={
            'asset': 'mail_events.email_campaign_id', 'link': 'clicks.url',
            'page_path': 'clicks.url', 'channel': "'email'",
        },
    ) }}
from mail_events
left join clicks on mail_events.id = clicks.id
