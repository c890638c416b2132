{#- The end of each chain of merges, of up to 1,024, as the CTE `hops`: where it
    leads to (somewhere in the cycle, if it is one), and the lowest age_rank on
    the way. `merges`: a CTE of scored_at, lead_key, next_key and age_rank. -#}
{%- macro merge_hops(merges) -%}
    {{- return(adapter.dispatch('merge_hops', 'lead_scoring')(merges)) -}}
{%- endmacro -%}

{#- Doubles the distance ten times, since not every warehouse has recursion. -#}
{%- macro default__merge_hops(merges) -%}
hops_0 as (
    select scored_at, lead_key, next_key, age_rank as lowest_rank
    from {{ merges }}
),

{% for hop in range(10) -%}
hops{{ '_' ~ (hop + 1) if not loop.last }} as (
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
)
    {%- if not loop.last %},

{% endif -%}
{%- endfor %}
{%- endmacro -%}

{#- Spark works a CTE out as often as it is read: 1,024 times for the first. -#}
{%- macro spark__merge_hops(merges) -%}
hops as (
    with recursive walked max recursion level 1100 as (
        select
            scored_at,
            lead_key,
            next_key,
            age_rank as lowest_rank,
            array(lead_key) as path
        from {{ merges }}

        union all

        select
            walked.scored_at,
            walked.lead_key,
            merges.next_key,
            case
                when merges.age_rank < walked.lowest_rank then merges.age_rank
                else walked.lowest_rank
            end as lowest_rank,
            concat(walked.path, array(merges.lead_key)) as path
        from walked
        inner join {{ merges }} as merges
            on
                walked.next_key = merges.lead_key
                and walked.scored_at = merges.scored_at
        where
            not array_contains(walked.path, walked.next_key)
            and size(walked.path) < 1024
    )

    select
        walked.scored_at,
        walked.lead_key,
        walked.next_key,
        walked.lowest_rank
    from walked
    left join {{ merges }} as merges
        on
            walked.next_key = merges.lead_key
            and walked.scored_at = merges.scored_at
    where
        merges.lead_key is null
        or array_contains(walked.path, walked.next_key)
        or size(walked.path) = 1024
)
{%- endmacro -%}
