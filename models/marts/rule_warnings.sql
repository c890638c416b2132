{{ config(post_hook='{{ warn_of_rules(this) }}') }}

with as_of as (
    select max(scored_at) as scored_at from {{ ref('int_moments') }}
),

rules as (
    select rules.*
    from {{ ref('int_rules') }} as rules
    inner join as_of on {{ is_valid_at('as_of.scored_at') }}
),

seen_event_types as (
    select distinct event_type from {{ ref('int_event_types') }}
),

-- by events of any age: a match may have left the window of its rule
matched as (
    select distinct matched_events.rule_key
    from {{ ref('int_matched_events') }} as matched_events
    inner join {{ ref('int_actors') }} as actors
        on matched_events.actor_key = actors.actor_key
    inner join as_of
        on
            actors.scored_at = as_of.scored_at
            and {{ counts_at('matched_events', 'as_of.scored_at') }}
),

payments as (
    select
        rule_totals.rule_key,
        rule_totals.points,
        score_groups.combine,
        score_groups.min_points,
        score_groups.max_points,
        group_totals.gained,
        group_totals.lost
    from {{ ref('int_rule_totals') }} as rule_totals
    inner join as_of on rule_totals.scored_at = as_of.scored_at
    inner join rules on rule_totals.rule_key = rules.rule_key
    inner join {{ ref('int_group_totals') }} as group_totals
        on
            rule_totals.scored_at = group_totals.scored_at
            and rule_totals.lead_key = group_totals.lead_key
            and rules.model_id = group_totals.model_id
            and rules.group_id = group_totals.group_id
    inner join {{ ref('int_score_groups') }} as score_groups
        on
            rules.model_id = score_groups.model_id
            and rules.group_id = score_groups.group_id
),

-- a payment counts unless the group's other rules fill its limit without it
paid as (
    select
        rule_key,
        max(case when points <> 0 then 1 else 0 end) as has_paid,
        max(case
            when combine = 'max' and points > 0 and points < gained then 0
            when combine = 'max' and points < 0 and points > lost then 0
            when points > 0 and gained - points >= max_points then 0
            when points < 0 and lost - points <= min_points then 0
            else 1
        end) as has_counted
    from payments
    group by rule_key
),

unpaid as (
    select
        rules.rule_type || '_rules.csv' as file,
        rules.model_id,
        rules.rule_id,
        case
            when
                rules.rule_type = 'implicit'
                and seen_event_types.event_type is null
                then 'no event of the type ''' || rules.event_type
                    || ''' has ever been seen'
            when paid.rule_key is null and matched.rule_key is null
                then 'no lead has ever matched the rule'
            when rules.max_points = 0
                then 'max_points is 0, so that the rule never pays'
            when paid.has_paid = 1 and paid.has_counted = 0
                then 'the limits of the group ' || rules.group_id
                    || ' hide the rule: no lead''s points would differ '
                    || 'without it'
        end as warning
    from rules
    left join seen_event_types
        on rules.event_type = seen_event_types.event_type
    left join paid on rules.rule_key = paid.rule_key
    left join matched on rules.rule_key = matched.rule_key
),

backward as (
    select
        case
            when rules.rule_type = 'explicit' then 'explicit_rules.csv'
            else 'rule_conditions.csv'
        end as file,
        rules.model_id,
        rules.rule_id,
        'between ' || conditions.value || ' on ' || conditions.field
        || ' holds for no number: its low end '
        || 'is above its high end' as warning
    from rules
    inner join {{ ref('int_conditions') }} as conditions
        on rules.rule_key = conditions.rule_key
    inner join {{ ref('int_condition_items') }} as low_ends
        on
            conditions.condition_key = low_ends.condition_key
            and low_ends.item_number = 1
    inner join {{ ref('int_condition_items') }} as high_ends
        on
            conditions.condition_key = high_ends.condition_key
            and high_ends.item_number = 2
    where conditions.operator = 'between' and low_ends.number > high_ends.number
)

select * from unpaid
where warning is not null
union all
select * from backward
