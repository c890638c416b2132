-- What wanes of the points of each lead.
with rules as (
    select
        rules.rule_key,
        rules.group_key,
        rules.points,
        score_models.model_key,
        {{ is_waning() }} as is_waning
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_score_models') }} as score_models
        on rules.model_id = score_models.model_id
),

-- what wanes, with what the limits took of groups of which all wanes
waning_entries as (
    select
        rule_key as entry_key,
        model_key,
        points > 0 as is_gain
    from rules
    where is_waning

    union all

    select
        group_key as entry_key,
        model_key,
        min(points) > 0 as is_gain
    from rules
    group by group_key, model_key
    having
        min(case when is_waning then 1 else 0 end) = 1
        and (min(points) > 0 or max(points) < 0)
)

select
    entries.lead_key,
    waning_entries.model_key,
    sum(case when waning_entries.is_gain then entries.points else 0 end)
        as gained,
    sum(case when waning_entries.is_gain then 0 else entries.points end)
        as lost
from {{ ref('int_entries') }} as entries
inner join {{ ref('int_as_of') }} as as_of
    on entries.scored_at = as_of.scored_at
inner join waning_entries on entries.entry_key = waning_entries.entry_key
group by entries.lead_key, waning_entries.model_key
