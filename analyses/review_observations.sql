-- `leadscore review` puts its numbers in place of the comments: the parts of
-- 10,000 that leads are cut into by their keys.
with as_of as (
    select * from {{ ref('int_as_of') }}
),

weeks as (
    {%- for days in [7, 14, 21, 28] %}
    select {{ time_after('scored_at', -1 * days, 'day') }} as scored_at
    from as_of
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

weekly as (
    select
        actor_leads.lead_key,
        weeks.scored_at,
        cast(as_of.scored_at as date) as rules_on
    from {{ ref('int_actor_leads') }} as actor_leads
    cross join as_of
    inner join weeks
        on
            actor_leads.valid_from <= weeks.scored_at
            and actor_leads.valid_to > weeks.scored_at
    where
        actor_leads.actor_key = actor_leads.lead_key
        and mod(actor_leads.lead_key, 10000) < /* weekly */ 10000
)

select
    observation_key,
    lead_key,
    version_key,
    scored_at,
    known_by,
    rules_on,
    is_current,
    is_restated,
    is_evidence
from {{ ref('int_observations') }}
where mod(lead_key, 10000) < /* sample */ 10000

union all

select
    {{ text_key(
        'cast(weekly.lead_key as ' ~ dbt.type_string()
        ~ ") || ' ' || cast(weekly.scored_at as " ~ dbt.type_string()
        ~ ") || ' review'"
    ) }} as observation_key,
    weekly.lead_key,
    coalesce(versions.version_key, weekly.lead_key) as version_key,
    weekly.scored_at,
    weekly.scored_at as known_by,
    weekly.rules_on,
    false as is_current,
    false as is_restated,
    false as is_evidence
from weekly
left join {{ ref('int_lead_versions') }} as versions
    on
        weekly.lead_key = versions.lead_key
        and weekly.scored_at >= versions.valid_from
        and weekly.scored_at < versions.valid_to
