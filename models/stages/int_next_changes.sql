-- The first day on which a lead is in another stage. The spans are cut into
-- pieces of up to six days, so that few days are scored one by one.
with cuts as (
    select
        bounds.outlook_key,
        bounds.from_day as span_from_day,
        outlook_days.day_number
    from {{ ref('int_outlook_bounds') }} as bounds
    inner join {{ ref('int_outlook_leads') }} as leads
        on bounds.outlook_key = leads.outlook_key
    inner join {{ ref('int_outlook_days') }} as outlook_days
        on
            leads.model_id = outlook_days.model_id
            and bounds.from_day <= outlook_days.day_number
            and bounds.to_day >= outlook_days.day_number
    where
        mod(outlook_days.day_number, 6) = 0
        or outlook_days.day_number in (bounds.from_day, bounds.to_day)
),

cut_spans as (
    select
        outlook_key,
        day_number as from_day,
        coalesce(
            lead(day_number) over (
                partition by outlook_key, span_from_day order by day_number
            ),
            case when day_number = span_from_day then day_number end
        ) as to_day
    from cuts
),

intervals as (
    select * from cut_spans
    where to_day is not null
),

points_at_cuts as (
    {{ outlook_points(
        'cuts', ref('int_outlook_leads'),
        ref('int_matches'), ref('int_rules'), ref('int_lead_matches'),
        ref('int_score_groups')
    ) }}
),

pieces as (
    {{ outlook_candidates(
        'intervals', 'points_at_cuts', ref('int_outlook_leads')
    ) }}
),

days as (
    select distinct
        pieces.outlook_key,
        outlook_days.day_number,
        outlook_days.day_at
    from pieces
    inner join {{ ref('int_outlook_leads') }} as leads
        on pieces.outlook_key = leads.outlook_key
    inner join {{ ref('int_outlook_days') }} as outlook_days
        on
            leads.model_id = outlook_days.model_id
            and pieces.from_day <= outlook_days.day_number
            and pieces.to_day >= outlook_days.day_number
    where outlook_days.day_number > 0
),

points as (
    {{ outlook_points(
        'days', ref('int_outlook_leads'),
        ref('int_matches'), ref('int_rules'), ref('int_lead_matches'),
        ref('int_score_groups')
    ) }}
),

other_stages as (
    select
        leads.observation_key,
        leads.model_id,
        cast(days.day_at as date) as next_change_on,
        {{ rounded_score(clamped(
            '(coalesce(points.gained_points, 0)'
            ~ ' + coalesce(points.lost_points, 0))',
            'leads.min_score', 'leads.max_score'
        )) }} as next_score,
        row_number() over (
            partition by days.outlook_key order by days.day_number
        ) as change_number
    from days
    inner join {{ ref('int_outlook_leads') }} as leads
        on days.outlook_key = leads.outlook_key
    left join points
        on
            days.outlook_key = points.outlook_key
            and days.day_number = points.day_number
    where {{ has_other_stage(
        'coalesce(points.gained_points, 0) + coalesce(points.lost_points, 0)',
        'days.day_number'
    ) }}
),

exclusions as (
    select lead_matches.*
    from {{ ref('int_lead_matches') }} as lead_matches
    inner join {{ ref('int_rules') }} as rules
        on lead_matches.rule_key = rules.rule_key
    where rules.rule_type = 'exclusion'
),

-- on each day, whether any exclusion holds of those that begin or end
excluded as (
    select
        changing.observation_key,
        outlook_days.model_id,
        outlook_days.day_number,
        outlook_days.day_at,
        max(case when exclusions.rule_key is null then 0 else 1 end)
            as is_excluded
    from (
        select distinct observation_key
        from exclusions
        where
            valid_from > scored_at
            or valid_to < cast('9999-12-31' as {{ dbt.type_timestamp() }})
    ) as changing
    cross join {{ ref('int_outlook_days') }} as outlook_days
    left join exclusions
        on
            changing.observation_key = exclusions.observation_key
            and outlook_days.day_at >= exclusions.valid_from
            and outlook_days.day_at < exclusions.valid_to
    group by
        changing.observation_key,
        outlook_days.model_id,
        outlook_days.day_number,
        outlook_days.day_at
),

changed_exclusions as (
    select
        later.observation_key,
        later.model_id,
        min(cast(later.day_at as date)) as next_change_on
    from excluded as later
    inner join excluded as today
        on
            later.observation_key = today.observation_key
            and later.model_id = today.model_id
            and today.day_number = 0
    where later.is_excluded <> today.is_excluded
    group by later.observation_key, later.model_id
)

select
    observation_key,
    model_id,
    min(next_change_on) as next_change_on,
    case
        when coalesce(min(next_change_on) < min(excluded_on), true)
            then min(next_score)
    end as next_score
from (
    select
        observation_key,
        model_id,
        next_change_on,
        cast(null as date) as excluded_on,
        next_score
    from other_stages
    where change_number = 1

    union all

    select
        observation_key,
        model_id,
        next_change_on,
        next_change_on as excluded_on,
        cast(null as {{ type_double() }}) as next_score
    from changed_exclusions
) as changes
group by observation_key, model_id
