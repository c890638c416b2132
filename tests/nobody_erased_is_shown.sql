-- Leads that asked to be forgotten, and those merged into them, are in no mart.
-- Neither their keys nor those of their visitors are left in the kept events.
with shown as (
    {% for mart in [
        'lead_scores', 'lead_score_ledger', 'lead_score_history',
        'lead_stage_history', 'lead_owner_history', 'rejected_rows',
        'flagged_events',
    ] %}
    select distinct
        '{{ mart }}' as shown_in,
        {{ text_key('lead_id') }} as actor_key
    from {{ ref(mart) }}
    where lead_id is not null

    union all

    {% endfor %}
    select distinct
        'rejected_rows' as shown_in,
        {{ visitor_key('anonymous_id') }} as actor_key
    from {{ ref('rejected_rows') }}
    where anonymous_id is not null

    union all

    select distinct
        'int_events' as shown_in,
        actor_key
    from {{ ref('int_events') }}

    union all

    select distinct
        'int_rejected_events' as shown_in,
        actor_key
    from {{ ref('int_rejected_events') }}
)

select
    shown.shown_in,
    shown.actor_key
from shown
inner join {{ ref('int_erased_actors') }} as erased
    on shown.actor_key = erased.actor_key
