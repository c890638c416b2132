-- Every row that is known at `as_of` is either used or in `rejected_rows`.
with as_of as (
    select max(scored_at) as scored_at
    from {{ ref('int_moments') }}
),

inputs as (
    select
        'stg_crm__leads' as input,
        created_at as known_at
    from {{ ref('stg_crm__leads') }}

    union all

    select
        'stg_crm__events' as input,
        coalesce(loaded_at, occurred_at) as known_at
    from {{ ref('stg_crm__events') }}

    union all

    select
        'stg_crm__identities' as input,
        identified_at as known_at
    from {{ ref('stg_crm__identities') }}

    union all

    select
        'stg_crm__outcomes' as input,
        closed_at as known_at
    from {{ ref('stg_crm__outcomes') }}
),

accounts as (
    select
        inputs.input,
        1 as rows_in,
        0 as rows_used,
        0 as rows_rejected
    from inputs
    cross join as_of
    where inputs.known_at <= as_of.scored_at or inputs.known_at is null

    union all

    select
        'stg_crm__leads' as input,
        0 as rows_in,
        1 as rows_used,
        0 as rows_rejected
    from {{ ref('int_leads') }}

    union all

    select
        'stg_crm__events' as input,
        0 as rows_in,
        1 as rows_used,
        0 as rows_rejected
    from {{ ref('int_events') }} as events
    cross join as_of
    left join {{ ref('int_leads') }} as leads
        on events.actor_key = leads.lead_key
    where
        {{ counts_at('events', 'as_of.scored_at') }}
        and (leads.lead_key is not null or {{ is_visitor('events.actor_key') }})

    union all

    select
        'stg_crm__identities' as input,
        0 as rows_in,
        1 as rows_used,
        0 as rows_rejected
    from {{ ref('int_identities_checked') }}
    where rejection_reason is null

    union all

    select
        'stg_crm__outcomes' as input,
        0 as rows_in,
        1 as rows_used,
        0 as rows_rejected
    from {{ ref('int_outcomes_checked') }}
    where rejection_reason is null

    union all

    select
        input,
        0 as rows_in,
        0 as rows_used,
        1 as rows_rejected
    from {{ ref('rejected_rows') }}
)

select
    input,
    sum(rows_in) as rows_in,
    sum(rows_used) as rows_used,
    sum(rows_rejected) as rows_rejected
from accounts
group by input
having sum(rows_in) <> sum(rows_used) + sum(rows_rejected)
