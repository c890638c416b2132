-- What rules pay those leads for ever, beside others of their group that wane:
-- the limits of the group hold for all of them.
with rules as (
    select
        rules.*,
        {{ is_waning() }} as is_waning,
        max(case when {{ is_waning() }} then 1 else 0 end) over (
            partition by rules.model_id, rules.group_id
        ) = 1 as is_in_waning_group
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_as_of') }} as as_of
        on {{ is_valid_at('as_of.scored_at') }}
)

select
    leads.standing_key,
    rules.rule_key,
    0 as from_day,
    {{ day_of_no_build() }} as until_day,
    entries.points / rules.points as factor,
    0.0 as loss_per_day
from {{ ref('int_entries') }} as entries
inner join rules
    on
        entries.entry_key = rules.rule_key
        and not rules.is_waning
        and rules.is_in_waning_group
inner join {{ ref('int_movable_leads') }} as leads
    on
        entries.lead_key = leads.lead_key
        and entries.scored_at = leads.scored_at
        and rules.model_id = leads.model_id
