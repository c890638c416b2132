{{ config(enabled=is_switched_on('reporting')) }}

-- By which channels and campaigns a lead came, up to its first won deal.
with signatures as (
    select
        signatures.signature_key,
        {{ touch_column('channel_property', 'signatures') }} as channel,
        {{ touch_column('campaign_property', 'signatures') }} as campaign
    from {{ ref('int_event_signatures') }} as signatures
    where signatures.event_type in ({{ quoted_list(list_var('touch_types')) }})
),

wins as (
    select
        lead_key,
        closed_at
    from {{ ref('int_lead_outcomes') }}
    where outcome = 'won' and place = 1
),

touches as (
    select
        actors.lead_key,
        signatures.channel,
        signatures.campaign,
        count(*) as touches,
        min(events.occurred_at) as first_at,
        max(events.occurred_at) as last_at
    from {{ ref('int_scorable_events') }} as events
    inner join signatures on events.signature_key = signatures.signature_key
    inner join {{ ref('int_observed_actors') }} as actors
        on
            events.actor_key = actors.actor_key
            and actors.observation_key = actors.lead_key
            and {{ is_known('events', 'actors') }}
    left join wins on actors.lead_key = wins.lead_key
    where
        signatures.channel is not null
        and (wins.closed_at is null or events.occurred_at <= wins.closed_at)
    group by actors.lead_key, signatures.channel, signatures.campaign
)

select
    lead_key,
    channel,
    campaign,
    cast(touches as {{ type_double() }})
    / sum(touches) over (partition by lead_key) as linear_share,
    row_number() over (
        partition by lead_key
        order by
            first_at, {{ in_byte_order('channel') }},
            {{ in_byte_order('campaign') }}
    ) as first_place,
    row_number() over (
        partition by lead_key
        order by
            last_at desc, {{ in_byte_order('channel') }},
            {{ in_byte_order('campaign') }}
    ) as last_place
from touches
