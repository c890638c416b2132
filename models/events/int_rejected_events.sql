{{ config(
    partition_by=parted_by('load_day'),
    pre_hook={
        "sql": "{{ clear_days_to_read(this, ref('int_events_to_read')) }}",
        "transaction": in_transaction(),
    },
    post_hook=[
        "{{ remove_rows(
            this, 'rejection_reason = ' ~ dbt.string_literal('unknown lead')
            ~ ' and actor_key in (select actor_key from '
            ~ ref('int_erased_actors') ~ ')'
        ) }}",
        "{{ change_rows(
            this,
            {
                'event_id': 'null', 'lead_id': 'null', 'anonymous_id': 'null',
                'actor_key': 'null', 'event_type': 'null',
                'occurred_at': 'null', 'loaded_at': 'null',
                'unread_time': 'null',
                'rejection_reason': dbt.string_literal('erased'),
            },
            'actor_key in (select actor_key from '
            ~ ref('int_erased_actors') ~ ')'
        ) }}",
        "{{ change_rows(
            this,
            {'rejection_reason': dbt.string_literal('event_id read before')},
            'rejection_reason = ' ~ dbt.string_literal('event_id of another event')
            ~ ' and ' ~ text_key('event_id') ~ ' in (select event_key from '
            ~ ref('int_events') ~ ' where actor_key is null)'
        ) }}",
    ],
) }}

-- depends_on: {{ ref('int_erased_actors') }}
-- depends_on: {{ ref('int_events') }}
-- Rows are removed before the transaction, in which a column may be added.
-- Kept by load day, in full. An event of an unknown lead is in int_events too:
-- it counts once its lead is known. Of an erased event nothing is left that a
-- later row could differ from.
select
    event_id,
    lead_id,
    anonymous_id,
    actor_key,
    event_type,
    occurred_at,
    loaded_at,
    arrived_at,
    unread_time,
    rejection_reason,
    load_day
from {{ ref('int_events_set_aside') }}
where rejection_reason is not null
