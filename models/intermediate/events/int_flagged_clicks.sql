-- From when on a click is known to be a machine's: once everything that shows
-- it is known, which takes clicks out that counted before.
with clicks as (
    select * from {{ ref('int_mail_events') }}
    where is_click
),

deliveries as (
    select * from {{ ref('int_mail_events') }}
    where not is_click
),

flags as (
    select
        clicks.*,
        'within {{ number_of_var('bot_delivery_seconds') }} seconds of the '
        || 'delivery' as reason,
        deliveries.counts_from as known_from
    from clicks
    inner join deliveries
        on
            clicks.actor_key = deliveries.actor_key
            and clicks.mail_key = deliveries.mail_key
            and clicks.occurred_at >= deliveries.occurred_at
            and clicks.occurred_at <= {{ time_after(
                'deliveries.occurred_at',
                number_of_var('bot_delivery_seconds'), 'second'
            ) }}
)

select * from {{ ref('int_burst_clicks') }}

union all

{{ first_flags('flags') }}
