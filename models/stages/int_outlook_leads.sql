-- The leads whose stage what fades may change within the outlook: the others
-- would keep it if all gains that fade were gone, or all losses. Where a rule
-- begins or ends meanwhile, or its window cuts days, any lead may change, and
-- so may one whom a rule on days that pass matches for a part of the outlook.
with limits as (
    select
        stages.model_id,
        stages.stage,
        stages.exits_below,
        stages.min_days,
        min(case
            when others.stage_rank >= stages.stage_rank then others.enters_at
        end) as reached_at,
        min(case
            when others.stage_rank > stages.stage_rank then others.enters_at
        end) as rises_at
    from {{ ref('int_stages') }} as stages
    inner join {{ ref('int_stages') }} as others
        on stages.model_id = others.model_id
    group by
        stages.model_id, stages.stage, stages.exits_below, stages.min_days
),

limited as (
    select
        lead_stages.*,
        limits.min_days,
        case
            when limits.reached_at <= lead_stages.min_score then null
            when limits.exits_below <= lead_stages.min_score then null
            when limits.reached_at < limits.exits_below then limits.reached_at
            else limits.exits_below
        end as falls_below,
        case
            when limits.rises_at <= lead_stages.max_score then limits.rises_at
        end as rises_at
    from {{ ref('int_lead_stages') }} as lead_stages
    inner join limits
        on
            lead_stages.model_id = limits.model_id
            and lead_stages.stage = limits.stage
    where lead_stages.basis = 'as_scored'
),

stages as (
    select
        *,
        -- the least points that round to these scores, or to the next above
        ceil({{ rounded('falls_below * 100', 4) }}) / 100 - 0.005
            as falls_under,
        ceil({{ rounded('rises_at * 100', 4) }}) / 100 - 0.005 as rises_from
    from limited
),

changing_models as (
    select distinct rules.model_id
    from {{ ref('int_rules') }} as rules
    cross join {{ ref('int_as_of') }} as as_of
    where
        (
            rules.window_days <> floor(rules.window_days)
            and rules.max_per_day is not null
        )
    {%- for date in ['valid_from', 'valid_to'] %}
    or (
        rules.{{ date }} > cast(as_of.scored_at as date)
        and rules.{{ date }} <= cast({{ day_after(
                'as_of.scored_at', whole_number_var('outlook_days', 366, 30)
            ) }} as date)
    )
    {%- endfor %}
),

-- where a rule on days that pass begins or ends to match
changing_leads as (
    select distinct
        lead_matches.observation_key,
        rules.model_id
    from {{ ref('int_lead_matches') }} as lead_matches
    inner join {{ ref('int_rules') }} as rules
        on lead_matches.rule_key = rules.rule_key
    where
        rules.rule_type = 'explicit'
        and (
            lead_matches.valid_from > lead_matches.scored_at
            or lead_matches.valid_to
            < cast('9999-12-31' as {{ dbt.type_timestamp() }})
        )
)

select
    row_number() over (order by stages.observation_key, stages.model_id)
        as outlook_key,
    stages.observation_key,
    stages.lead_key,
    stages.model_id,
    stages.model_key,
    stages.scored_at,
    stages.gained_points,
    stages.lost_points,
    stages.min_score,
    stages.max_score,
    stages.falls_below,
    stages.rises_at,
    stages.falls_under,
    stages.rises_from,
    stages.min_days - {{ days_between(
        'stages.stage_entered_at',
        'cast(cast(stages.scored_at as date) as ' ~ dbt.type_timestamp() ~ ')'
    ) }} as held_on_day
from stages
left join changing_models on stages.model_id = changing_models.model_id
left join changing_leads
    on
        stages.observation_key = changing_leads.observation_key
        and stages.model_id = changing_leads.model_id
where
    changing_models.model_id is not null
    or changing_leads.observation_key is not null
    or stages.steady_gained_points + stages.lost_points
    < stages.falls_under + 0.00001
    or stages.gained_points + stages.steady_lost_points
    >= stages.rises_from - 0.00001
