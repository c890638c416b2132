with leads as (
    select {{ lead_columns() }}
    from {{ input_table('stg_crm__leads') }}
),

as_of as (
    select max(scored_at) as scored_at
    from {{ ref('int_moments') }}
),

erased as (
    select * from {{ ref('int_erased_actors') }}
),

known as (
    select leads.*
    from leads
    cross join as_of
    left join erased on {{ text_key('leads.lead_id') }} = erased.actor_key
    where
        erased.actor_key is null
        and (
            leads.created_at <= as_of.scored_at or leads.created_at is null
        )
),

-- only what is delivered more than once has to be put in order
repeated as (
    select lead_id
    from known
    group by lead_id
    having count(*) > 1
),

delivered as (
    select
        known.*,
        1 as delivery
    from known
    left join repeated on known.lead_id = repeated.lead_id
    where repeated.lead_id is null

    union all

    select
        known.*,
        row_number() over (
            partition by known.lead_id
            order by {{ lead_delivery_order() }}
        ) as delivery
    from known
    inner join repeated on known.lead_id = repeated.lead_id
),

checked as (
    select
        *,
        case
            when lead_id is null then 'no lead_id'
            when created_at is null then 'no created_at'
            when delivery > 1 then 'lead_id delivered before'
        end as rejection_reason
    from delivered
)

select * from checked
