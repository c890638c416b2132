-- For which lead the events of a lead or visitor count, and when: for the last
-- lead of the chain of merges that are effective by then, and of a cycle for
-- its oldest lead.
with recursive leads as (
    select * from {{ ref('int_leads') }}
),

identities as (
    select * from {{ ref('int_identities_checked') }}
    where rejection_reason is null
),

lead_merges as (
    select
        merged.lead_key,
        target.lead_key as next_key,
        greatest(
            merged.created_at, target.created_at,
            coalesce(merged.merged_at, merged.created_at)
        ) as merged_at
    from leads as merged
    inner join leads as target on merged.merged_into_lead_id = target.lead_id
    where merged.lead_key <> target.lead_key
),

-- A chain ends when it comes back to the lead marked last (Brent's algorithm),
-- so a cycle of merges takes a few rounds and not as many as a chain may have.
chains {{ recursion_limit() }} as (
    select
        lead_key,
        lead_key as next_key,
        lead_key as marked_key,
        0 as distance
    from lead_merges

    union all

    select
        chains.lead_key,
        lead_merges.next_key,
        case
            when chains.distance in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
                then chains.next_key
            else chains.marked_key
        end as marked_key,
        chains.distance + 1 as distance
    from chains
    inner join lead_merges on chains.next_key = lead_merges.lead_key
    where
        chains.distance < 1024
        and (chains.distance = 0 or chains.next_key <> chains.marked_key)
),

steps as (
    select
        chains.lead_key,
        chains.next_key,
        chains.distance,
        lead_merges.merged_at,
        max(lead_merges.merged_at) over (
            partition by chains.lead_key order by chains.distance
            rows between unbounded preceding and 1 preceding
        ) as reached_at,
        row_number() over (
            partition by chains.lead_key, chains.next_key
            order by chains.distance
        ) as visit
    from chains
    left join lead_merges on chains.next_key = lead_merges.lead_key
),

cycles as (
    select
        lead_key,
        min(distance) as distance
    from steps
    where visit = 2
    group by lead_key
),

oldest as (
    select
        cycles.lead_key,
        closing.reached_at,
        members.next_key,
        row_number() over (
            partition by cycles.lead_key
            order by
                case when leads.is_in_leads then 0 else 1 end,
                leads.created_at,
                {{ in_byte_order('leads.lead_id') }}
        ) as age_rank
    from cycles
    inner join steps as closing
        on
            cycles.lead_key = closing.lead_key
            and cycles.distance = closing.distance
    inner join steps as opening
        on
            closing.lead_key = opening.lead_key
            and closing.next_key = opening.next_key
            and opening.visit = 1
    inner join steps as members
        on
            cycles.lead_key = members.lead_key
            and opening.distance <= members.distance
            and closing.distance > members.distance
    inner join leads on members.next_key = leads.lead_key
),

every_span as (
    select
        leads.lead_key as actor_key,
        coalesce(steps.next_key, leads.lead_key) as lead_key,
        coalesce(steps.reached_at, leads.created_at) as valid_from,
        coalesce(
            case when steps.distance < 1024 then steps.merged_at end,
            cast('9999-12-31' as {{ dbt.type_timestamp() }})
        ) as valid_to
    from leads
    left join steps on leads.lead_key = steps.lead_key
    left join cycles on leads.lead_key = cycles.lead_key
    where cycles.distance is null or steps.distance < cycles.distance

    union all

    select
        lead_key as actor_key,
        next_key as lead_key,
        reached_at as valid_from,
        cast('9999-12-31' as {{ dbt.type_timestamp() }}) as valid_to
    from oldest
    where age_rank = 1
),

-- whom no row of leads tells of is no lead
spans as (
    select every_span.*
    from every_span
    inner join leads on every_span.lead_key = leads.lead_key
    where leads.is_in_leads
),

visitor_spans as (
    select
        identities.actor_key,
        spans.lead_key,
        case
            when identities.identified_at > spans.valid_from
                then identities.identified_at
            else spans.valid_from
        end as valid_from,
        spans.valid_to
    from identities
    inner join spans on identities.lead_key = spans.actor_key
)

select * from spans
where valid_from < valid_to
union all
select * from visitor_spans
where valid_from < valid_to
