{#- The lead that survives each merged lead, as the CTE `survivors`
    (scored_at, lead_key, survivor_key), from a CTE of merges (scored_at,
    lead_key, next_key, age_rank). A cycle survives as its oldest lead, the one
    of the smallest age_rank. -#}
{%- macro merge_survivors(merges) -%}
{{ lead_scoring.merge_hops(merges) }},

survivors as (
    select
        hops.scored_at,
        hops.lead_key,
        coalesce(oldest.lead_key, hops.next_key) as survivor_key
    from hops as hops
    left join hops as looped
        on hops.next_key = looped.lead_key and hops.scored_at = looped.scored_at
    left join {{ merges }} as oldest
        on
            looped.lowest_rank = oldest.age_rank
            and looped.scored_at = oldest.scored_at
)
{%- endmacro -%}
