-- Whose lead an event counts for, at each moment: the survivor of the lead, or
-- of the lead that the anonymous id was linked to first.
with leads as (
    select * from {{ ref('int_leads') }}
),

moments as (
    select * from {{ ref('int_moments') }}
),

versions as (
    select * from {{ ref('int_lead_versions') }}
),

identities as (
    select * from {{ ref('int_identities_checked') }}
    where rejection_reason is null
),

pairs as (
    select
        merged.lead_key,
        target.lead_key as next_key,
        row_number() over (
            order by merged.created_at, {{ in_byte_order('merged.lead_id') }}
        ) as age_rank,
        {{ later_of('merged.created_at', 'target.created_at') }} as known_at,
        coalesce(merged.merged_at, merged.created_at) as merged_at
    from leads as merged
    inner join leads as target on merged.merged_into_lead_id = target.lead_id
    where merged.lead_key <> target.lead_key
),

merge_links as (
    select
        moments.scored_at,
        pairs.lead_key,
        pairs.next_key,
        pairs.age_rank
    from pairs
    inner join moments
        on
            pairs.known_at <= moments.scored_at
            and pairs.merged_at <= moments.scored_at
),

{{ merge_survivors('merge_links') }},

lead_actors as (
    select
        moments.scored_at,
        leads.lead_key as actor_key,
        coalesce(survivors.survivor_key, leads.lead_key) as lead_key,
        coalesce(versions.version_key, leads.lead_key) as version_key,
        coalesce(survivors.survivor_key <> leads.lead_key, false) as is_merged
    from leads
    inner join moments on leads.created_at <= moments.scored_at
    left join survivors
        on
            leads.lead_key = survivors.lead_key
            and moments.scored_at = survivors.scored_at
    left join versions
        on
            leads.lead_key = versions.lead_key
            and moments.scored_at >= versions.valid_from
            and moments.scored_at < versions.valid_to
),

anonymous_actors as (
    select
        lead_actors.scored_at,
        identities.actor_key,
        lead_actors.lead_key,
        cast(null as {{ dbt.type_bigint() }}) as version_key,
        true as is_merged
    from identities
    inner join lead_actors
        on
            identities.lead_key = lead_actors.actor_key
            and identities.identified_at <= lead_actors.scored_at
)

select * from lead_actors
union all
select * from anonymous_actors
