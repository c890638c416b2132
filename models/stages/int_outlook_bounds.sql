-- The spans, in which no rule begins or ends, within which a lead's stage may
-- change: most leads are done here. A lead whom a rule on days that pass
-- matches for a part of the outlook has spans of its own.
with spans as (
    select
        model_id,
        min(day_number) as from_day,
        max(day_number) as to_day
    from {{ ref('int_outlook_days') }}
    group by model_id, span
),

leads as (
    select * from {{ ref('int_outlook_leads') }}
),

matches as (
    select
        leads.outlook_key,
        leads.model_id,
        leads.scored_at,
        lead_matches.valid_from,
        lead_matches.valid_to
    from {{ ref('int_lead_matches') }} as lead_matches
    inner join leads on lead_matches.observation_key = leads.observation_key
    inner join {{ ref('int_rules') }} as rules
        on
            lead_matches.rule_key = rules.rule_key
            and leads.model_id = rules.model_id
    where rules.rule_type = 'explicit'
),

changes as (
    select outlook_key, model_id, valid_from as changes_at
    from matches
    where valid_from > scored_at
    union distinct
    select outlook_key, model_id, valid_to as changes_at
    from matches
    where valid_to < cast('9999-12-31' as {{ dbt.type_timestamp() }})
),

changing_days as (
    select
        changing.outlook_key,
        outlook_days.day_number,
        outlook_days.span,
        count(changes.changes_at) as changes
    from (select distinct outlook_key, model_id from changes) as changing
    inner join {{ ref('int_outlook_days') }} as outlook_days
        on changing.model_id = outlook_days.model_id
    left join changes
        on
            changing.outlook_key = changes.outlook_key
            and outlook_days.day_at >= changes.changes_at
    group by
        changing.outlook_key, outlook_days.day_number, outlook_days.span
),

intervals as (
    select
        leads.outlook_key,
        spans.from_day,
        spans.to_day
    from leads
    inner join spans on leads.model_id = spans.model_id
    where leads.outlook_key not in (select changes.outlook_key from changes)

    union all

    select
        outlook_key,
        min(day_number) as from_day,
        max(day_number) as to_day
    from changing_days
    group by outlook_key, span, changes
),

ends as (
    select outlook_key, from_day as day_number from intervals
    union distinct
    select outlook_key, to_day as day_number from intervals
),

points as (
    {{ outlook_points(
        'ends', ref('int_outlook_leads'),
        ref('int_matches'), ref('int_rules'), ref('int_lead_matches'),
        ref('int_score_groups')
    ) }}
)

{{ outlook_candidates('intervals', 'points', ref('int_outlook_leads')) }}
