-- Bad rows stop nothing, but where most rows of an input are rejected, the
-- mapping in its staging model is likely wrong: the wrong id, the wrong date.
{{ config(severity='warn') }}

with rejected as (
    select
        input,
        count(*) as rows_rejected
    from {{ ref('rejected_rows') }}
    group by input
),

used as (
    select
        'stg_crm__leads' as input,
        count(*) as rows_used
    from {{ ref('int_leads') }}

    union all

    select
        'stg_crm__events' as input,
        count(*) as rows_used
    from {{ ref('int_events') }} as events
    left join {{ ref('int_leads') }} as leads
        on events.actor_key = leads.lead_key
    where leads.lead_key is not null or {{ is_visitor('events.actor_key') }}

    union all

    select
        'stg_crm__identities' as input,
        count(*) as rows_used
    from {{ ref('int_identities_checked') }}
    where rejection_reason is null

    union all

    select
        'stg_crm__outcomes' as input,
        count(*) as rows_used
    from {{ ref('int_outcomes_checked') }}
    where rejection_reason is null
)

select
    rejected.input,
    rejected.rows_rejected,
    used.rows_used
from rejected
inner join used on rejected.input = used.input
where rejected.rows_rejected > used.rows_used
