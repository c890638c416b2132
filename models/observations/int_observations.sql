-- Whom to score, when, and by what was known: every lead now, and on each day
-- to restate, as of what was published then or else its last microsecond.
-- Whatever follows reads observations and knows no other kind of time.
with as_of as (
    select * from {{ ref('int_as_of') }}
),

published as (
    select
        cast(scored_at as date) as scored_on,
        max(scored_at) as scored_at
    from {{ ref('int_published_moments') }}
    group by cast(scored_at as date)
),

days as (
    {%- for day in days_to_restate() %}
    select cast('{{ day }}' as date) as scored_on
    union all
    {%- endfor %}
    select cast(null as date) as scored_on
    where 1 = 0
),

restated as (
    select
        as_of.scored_at as as_of,
        coalesce(published.scored_at, {{ time_after(
            'cast(days.scored_on as ' ~ dbt.type_timestamp() ~ ')',
            86400000000 - 1, 'microsecond'
        ) }}) as scored_at
    from days
    inner join as_of on days.scored_on <= cast(as_of.scored_at as date)
    left join published on days.scored_on = published.scored_on
),

as_of_times as (
    select
        scored_at,
        max(is_current) = 1 as is_current,
        max(is_restated) = 1 as is_restated
    from (
        select
            scored_at,
            1 as is_current,
            0 as is_restated
        from as_of
        union all
        select
            case when scored_at > as_of then as_of else scored_at end
                as scored_at,
            0 as is_current,
            1 as is_restated
        from restated
    ) as given
    group by scored_at
),

-- who was a lead of its own at each of these times
observed as (
    select
        actor_leads.lead_key,
        as_of_times.scored_at,
        cast(as_of_times.scored_at as date) as rules_on,
        as_of_times.is_current,
        as_of_times.is_restated,
        false as is_evidence
    from {{ ref('int_actor_leads') }} as actor_leads
    inner join as_of_times
        on
            actor_leads.valid_from <= as_of_times.scored_at
            and actor_leads.valid_to > as_of_times.scored_at
    where actor_leads.actor_key = actor_leads.lead_key
    {%- for moments in ['int_evidence_moments'] if evidence_is_on() %}

    union all

    -- rules are judged as they are now, whenever they began
    select
        actor_leads.lead_key,
        moments.observed_at as scored_at,
        cast(as_of.scored_at as date) as rules_on,
        false as is_current,
        false as is_restated,
        true as is_evidence
    from {{ ref(moments) }} as moments
    cross join as_of
    inner join {{ ref('int_actor_leads') }} as actor_leads
        on
            moments.lead_key = actor_leads.lead_key
            and actor_leads.actor_key = actor_leads.lead_key
            and moments.observed_at >= actor_leads.valid_from
            and moments.observed_at < actor_leads.valid_to
    {%- endfor %}
)

select
    case
        when observed.is_current then observed.lead_key
        else {{ text_key(
            'cast(observed.lead_key as ' ~ dbt.type_string()
            ~ ") || ' ' || cast(observed.scored_at as " ~ dbt.type_string()
            ~ ") || case when observed.is_evidence then ' evidence' else '' end"
        ) }}
    end as observation_key,
    observed.lead_key,
    coalesce(versions.version_key, observed.lead_key) as version_key,
    observed.scored_at,
    observed.scored_at as known_by,
    observed.rules_on,
    observed.is_current,
    observed.is_restated,
    observed.is_evidence
from observed
left join {{ ref('int_lead_versions') }} as versions
    on
        observed.lead_key = versions.lead_key
        and observed.scored_at >= versions.valid_from
        and observed.scored_at < versions.valid_to
