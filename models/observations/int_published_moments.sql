{{ config(post_hook="{{ warn_of_look_back(this, ref('int_as_of')) }}") }}

-- The moments that were scored as time went on, each later than all before it:
-- a look-back leaves no row, nor does a run that builds neither history.
with versions as (
    select * from {{ ref('int_as_of') }}
),

published as (
    select * from {{ so_far({
        'scored_at': dbt.type_timestamp(),
        'rules_version': dbt.type_bigint(),
    }) }} as published
),

newest as (
    select max(scored_at) as scored_at
    from published
)

select
    versions.scored_at,
    versions.rules_version,
    previous.scored_at as previous_scored_at,
    coalesce(previous.rules_version <> versions.rules_version, false)
        as has_new_rules
from versions
cross join newest
left join published as previous on newest.scored_at = previous.scored_at
where
    (newest.scored_at is null or versions.scored_at > newest.scored_at)
    and {{ a_history_is_built() }}
