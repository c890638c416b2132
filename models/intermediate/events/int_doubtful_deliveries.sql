-- As known at `as_of`, with what is wrong with them then.
with kept_deliveries as (
    select * from {{ ref('int_kept_deliveries') }}
),

doubtful as (
    select * from {{ ref('int_doubtful_keys') }}
),

kept_days as (
    select * from {{ ref('int_kept_days') }}
),

as_of as (
    select max(scored_at) as scored_at
    from {{ ref('int_moments') }}
)

select
    kept_deliveries.event_key,
    kept_deliveries.actor_key,
    kept_deliveries.lead_id,
    {{ delivery_columns('kept_deliveries') }},
    case
        when kept_deliveries.event_key = -1 then 'no event_id'
        when kept_deliveries.actor_key is null
            then 'no lead_id and no anonymous_id'
        when {{ is_blank('kept_deliveries.event_type') }} then 'no event_type'
        when kept_deliveries.occurred_at is null then 'no occurred_at'
        when kept_deliveries.occurred_at > as_of.scored_at
            then 'occurs after as_of'
    end as fault,
    as_of.scored_at
from kept_deliveries
inner join doubtful
    on
        kept_deliveries.load_day = doubtful.load_day
        and kept_deliveries.event_key = doubtful.event_key
inner join kept_days
    on
        kept_deliveries.load_day = kept_days.load_day
        and kept_deliveries.stored_at = kept_days.stored_at
cross join as_of
where
    kept_deliveries.known_at <= as_of.scored_at
    or kept_deliveries.known_at is null
