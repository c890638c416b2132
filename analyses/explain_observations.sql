-- `leadscore explain` puts one lead and its times in place of the comments.
with as_of as (
    select
        scored_at,
        cast(cast(scored_at as date) as {{ dbt.type_timestamp() }}) as day_at
    from {{ ref('int_as_of') }}
),

numbers as (
    {{ dbt.generate_series(91) }}
),

given as (
    select
        {{ parsed_timestamp("'/* as_of */'") }} as observed_at,
        {{ parsed_timestamp("'/* since */'") }} as since_at
    from as_of
),

-- now, a day before to compare with, and each day to come, by what is known now
moments as (
    select distinct
        scored_at,
        known_by
    from (
        select
            coalesce(given.observed_at, as_of.scored_at) as scored_at,
            coalesce(given.observed_at, as_of.scored_at) as known_by
        from as_of
        cross join given
        union all
        select
            since_at as scored_at,
            since_at as known_by
        from given
        union all
        select
            {{ time_after(
                'as_of.day_at', 'numbers.generated_number', 'day'
            ) }} as scored_at,
            as_of.scored_at as known_by
        from numbers
        cross join as_of
        cross join given
        where given.observed_at is null
    ) as every_moment
    where scored_at is not null
)

select
    {{ text_key(
        'cast(leads.lead_key as ' ~ dbt.type_string()
        ~ ") || ' ' || cast(moments.scored_at as " ~ dbt.type_string()
        ~ ") || ' explain'"
    ) }} as observation_key,
    leads.lead_key,
    coalesce(versions.version_key, leads.lead_key) as version_key,
    moments.scored_at,
    moments.known_by,
    cast(moments.scored_at as date) as rules_on,
    false as is_current,
    false as is_restated,
    false as is_evidence
from {{ ref('int_leads') }} as leads
cross join moments
left join {{ ref('int_lead_versions') }} as versions
    on
        leads.lead_key = versions.lead_key
        and moments.known_by >= versions.valid_from
        and moments.known_by < versions.valid_to
where leads.lead_id = '/* lead */'
