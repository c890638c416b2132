-- The rows of the load days to read that have to be looked at as a whole: those
-- that cannot be used, come with an id that came before, or name a lead that
-- nobody knows. Which row of an event counts is decided here. A later one that
-- names another lead, type or time is of another event with the same id.
with event_rows as (
    select * from {{ ref('int_event_rows') }} as event_rows
    where {{ is_to_read(ref('int_events_to_read')) }}
),

read_before as (
    select
        events.event_key,
        events.actor_key,
        signatures.event_type,
        events.occurred_at
    from {{ events_before_reading(ref('int_events_to_read')) }} as events
    inner join {{ ref('int_new_events') }} as new_events
        on events.event_key = new_events.event_key
    left join {{ ref('int_event_signatures') }} as signatures
        on events.signature_key = signatures.signature_key
),

unknown_leads as (
    select new_events.event_key
    from {{ ref('int_new_events') }} as new_events
    left join {{ ref('int_leads') }} as leads
        on new_events.actor_key = leads.lead_key
    where
        leads.lead_key is null
        and new_events.actor_key >= 0
),

repeated as (
    select event_key
    from {{ ref('int_new_events') }}
    group by event_key
    having count(*) > 1
),

keys as (
    select
        event_key,
        max(is_read_before) as is_read_before,
        max(actor_key) as kept_actor_key,
        max(event_type) as kept_event_type,
        max(occurred_at) as kept_occurred_at
    from (
        select read_before.*, 1 as is_read_before from read_before
        union all
        select event_key, null, null, null, 0 from unknown_leads
        union all
        select event_key, null, null, null, 0 from repeated
    ) as reasons
    group by event_key
),

signed as (
    select
        {{ signature_fields('event_rows', 'event_types', compared_numbers(
            ref('int_conditions'), ref('int_condition_items')
        )) }}
        event_types.event_type,
        event_types.is_click,
        event_rows.event_key,
        event_rows.actor_key,
        event_rows.event_id,
        event_rows.lead_id,
        event_rows.anonymous_id,
        event_rows.occurred_at,
        event_rows.loaded_at,
        event_rows.arrived_at,
        event_rows.known_at,
        event_rows.load_day,
        event_rows.rejection_reason,
        event_rows.unread_time,
        keys.is_read_before,
        keys.kept_actor_key,
        keys.kept_event_type,
        keys.kept_occurred_at,
        row_number() over (
            partition by event_rows.event_key, event_rows.rejection_reason
            order by
                event_rows.arrived_at asc nulls last,
                event_rows.occurred_at asc nulls last,
                {{ in_byte_order('event_rows.lead_id') }} asc nulls last,
                {{ in_byte_order('event_rows.event_type') }} asc nulls last,
                {% for column in field_columns('event_properties').values() -%}
                {{ in_byte_order(
                    trimmed_text('event_rows.' ~ column)
                ) }} asc nulls last,
                {% endfor -%}
                {% for column in field_columns('event_measures').values() -%}
                event_rows.{{ column }} asc nulls last,
                {% endfor -%}
                {{ in_byte_order('event_rows.anonymous_id') }} asc nulls last,
                event_rows.loaded_at asc nulls last
        ) as place
    from event_rows
    left join {{ ref('int_scored_event_types') }} as event_types
        on event_rows.event_type = event_types.event_type
    left join keys on event_rows.event_key = keys.event_key
    where
        (event_types.event_type is not null or event_rows.event_type is null)
        and (
            event_rows.rejection_reason is not null
            or keys.event_key is not null
        )
),

placed as (
    select
        signed.*,
        {{ signature_key('signed') }} as signature_key,
        signed.rejection_reason is null as is_usable,
        signed.rejection_reason is null
        and signed.is_read_before = 0
        and signed.place = 1 as is_first,
        case
            when signed.is_read_before = 1 then signed.kept_actor_key
            else max(case when signed.place = 1 then signed.actor_key end)
                    over (
                        partition by signed.event_key, signed.rejection_reason
                    )
        end as counted_actor_key,
        case
            when signed.is_read_before = 1 then signed.kept_event_type
            else max(case when signed.place = 1 then signed.event_type end)
                    over (
                        partition by signed.event_key, signed.rejection_reason
                    )
        end as counted_event_type,
        case
            when signed.is_read_before = 1 then signed.kept_occurred_at
            else max(case when signed.place = 1 then signed.occurred_at end)
                    over (
                        partition by signed.event_key, signed.rejection_reason
                    )
        end as counted_occurred_at
    from signed
)

-- of people who asked to be forgotten nothing stays but what counts need
select
    placed.event_key,
    {% for column in [
        'actor_key', 'signature_key', 'event_id', 'lead_id', 'anonymous_id',
        'event_type', 'occurred_at', 'loaded_at', 'arrived_at', 'known_at',
        'unread_time',
    ] -%}
    case when erased.actor_key is null then placed.{{ column }} end
        as {{ column }},
    {% endfor -%}
    placed.is_click,
    placed.load_day,
    placed.is_usable,
    placed.is_first,
    case
        when erased.actor_key is not null
            then case when not placed.is_first then 'erased' end
        when placed.rejection_reason is not null then placed.rejection_reason
        -- a visitor may turn out to be a lead
        when
            not placed.is_first
            and counted_erased.actor_key is null
            and (
                placed.event_type <> placed.counted_event_type
                or placed.occurred_at <> placed.counted_occurred_at
                or (
                    placed.actor_key <> placed.counted_actor_key
                    and (placed.actor_key >= 0)
                    = (placed.counted_actor_key >= 0)
                )
            )
            then 'event_id of another event'
        when not placed.is_first then 'event_id read before'
        when leads.lead_key is null and placed.actor_key >= 0
            then 'unknown lead'
    end as rejection_reason
from placed
left join {{ ref('int_leads') }} as leads
    on placed.actor_key = leads.lead_key
left join {{ ref('int_erased_actors') }} as erased
    on placed.actor_key = erased.actor_key
left join {{ ref('int_erased_actors') }} as counted_erased
    on placed.counted_actor_key = counted_erased.actor_key
