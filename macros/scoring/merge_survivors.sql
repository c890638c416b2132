{#- The lead that survives each merged lead, as the CTE `survivors`
    (scored_at, lead_key, survivor_key), from a CTE of merges (scored_at,
    lead_key, next_key, age_rank). Follows chains of up to 1,024 merges by
    doubling the distance ten times, since not every warehouse has recursion. A
    cycle survives as its oldest lead, the one of the smallest age_rank. -#}
{%- macro merge_survivors(merges) -%}
hops_0 as (
    select scored_at, lead_key, next_key, age_rank as lowest_rank
    from {{ merges }}
),

{% for hop in range(10) -%}
hops_{{ hop + 1 }} as (
    select
        near.scored_at,
        near.lead_key,
        coalesce(far.next_key, near.next_key) as next_key,
        case
            when far.lowest_rank < near.lowest_rank then far.lowest_rank
            else near.lowest_rank
        end as lowest_rank
    from hops_{{ hop }} as near
    left join hops_{{ hop }} as far
        on near.next_key = far.lead_key and near.scored_at = far.scored_at
),

{% endfor -%}
survivors as (
    select
        hops.scored_at,
        hops.lead_key,
        coalesce(oldest.lead_key, hops.next_key) as survivor_key
    from hops_10 as hops
    left join hops_10 as looped
        on hops.next_key = looped.lead_key and hops.scored_at = looped.scored_at
    left join {{ merges }} as oldest
        on
            looped.lowest_rank = oldest.age_rank
            and looped.scored_at = oldest.scored_at
)
{%- endmacro -%}
