-- Every row that is known at `as_of` is used, in `rejected_rows`, or of whom to
-- forget.
with as_of as (
    select max(scored_at) as scored_at
    from {{ ref('int_moments') }}
),

inputs as (
    select
        'stg_crm__leads' as input,
        {{ text_key(given_id('lead_id')) }} as lead_key,
        cast(null as {{ dbt.type_bigint() }}) as visitor_key,
        created_at as known_at
    from {{ ref('stg_crm__leads') }}

    union all

    select
        'stg_crm__events' as input,
        {{ actor_key('lead_id', 'anonymous_id') }} as lead_key,
        cast(null as {{ dbt.type_bigint() }}) as visitor_key,
        coalesce(loaded_at, occurred_at) as known_at
    from (
        select {{ event_columns() }}
        from {{ ref('stg_crm__events') }}
    ) as events

    union all

    select
        'stg_crm__identities' as input,
        {{ text_key(given_id('lead_id')) }} as lead_key,
        {{ visitor_key(given_id('anonymous_id')) }} as visitor_key,
        identified_at as known_at
    from {{ ref('stg_crm__identities') }}

    union all

    select
        'stg_crm__outcomes' as input,
        {{ text_key(given_id('lead_id')) }} as lead_key,
        cast(null as {{ dbt.type_bigint() }}) as visitor_key,
        closed_at as known_at
    from {{ ref('stg_crm__outcomes') }}
),

judged as (
    select
        inputs.input,
        case
            when
                erased_leads.actor_key is null
                and erased_visitors.actor_key is null
                then 0
            else 1
        end as is_erased
    from inputs
    cross join as_of
    left join {{ ref('int_erased_actors') }} as erased_leads
        on inputs.lead_key = erased_leads.actor_key
    left join {{ ref('int_erased_actors') }} as erased_visitors
        on inputs.visitor_key = erased_visitors.actor_key
    where inputs.known_at <= as_of.scored_at or inputs.known_at is null
),

accounts as (
    select
        input,
        1 as rows_in,
        0 as rows_used,
        0 as rows_rejected,
        is_erased as rows_erased
    from judged

    union all

    select
        'stg_crm__leads' as input,
        0 as rows_in,
        1 as rows_used,
        0 as rows_rejected,
        0 as rows_erased
    from {{ ref('int_leads') }}

    union all

    select
        'stg_crm__events' as input,
        0 as rows_in,
        1 as rows_used,
        0 as rows_rejected,
        0 as rows_erased
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
        0 as rows_rejected,
        0 as rows_erased
    from {{ ref('int_identities_checked') }}
    where rejection_reason is null

    union all

    select
        'stg_crm__outcomes' as input,
        0 as rows_in,
        1 as rows_used,
        0 as rows_rejected,
        0 as rows_erased
    from {{ ref('int_outcomes_checked') }}
    where rejection_reason is null

    union all

    select
        input,
        0 as rows_in,
        0 as rows_used,
        1 as rows_rejected,
        0 as rows_erased
    from {{ ref('rejected_rows') }}
    where input <> 'stg_crm__erasures'
)

select
    input,
    sum(rows_in) as rows_in,
    sum(rows_used) as rows_used,
    sum(rows_rejected) as rows_rejected,
    sum(rows_erased) as rows_erased
from accounts
group by input
having
    sum(rows_in)
    <> sum(rows_used) + sum(rows_rejected) + sum(rows_erased)
