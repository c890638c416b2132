-- What the histories may record in this build: nothing in a look-back, and
-- nothing where the moment was published under other rules before.
with published as (
    select * from {{ ref('int_published_moments') }}
),

versions as (
    select * from {{ ref('int_rules_version') }}
),

newest as (
    select max(scored_at) as scored_at
    from published
)

select published.*
from published
inner join newest on published.scored_at = newest.scored_at
inner join versions
    on
        published.scored_at = versions.scored_at
        and published.rules_version = versions.rules_version
