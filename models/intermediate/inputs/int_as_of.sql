{{ config(pre_hook="{{ check_session() }}") }}

with events as (
    select
        coalesce(max(newest_loaded_at), max(newest_occurred_at)) as newest_at
    from {{ ref('int_event_loads') }}
),

leads as (
    select max(created_at) as newest_at
    from {{ input_table('stg_crm__leads') }}
),

as_of as (
    select
        cast(
            coalesce({{ as_of() }}, events.newest_at, leads.newest_at)
            as {{ dbt.type_timestamp() }}
        ) as scored_at
    from events
    cross join leads
)

select * from as_of
where scored_at is not null
