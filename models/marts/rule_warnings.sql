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

paid as (
    select * from {{ ref('int_paid_rules') }}
),

unpaid_rules as (
    select rules.rule_key
    from rules
    left join paid on rules.rule_key = paid.rule_key
    where paid.rule_key is null
),

-- by events of any age: a match may have left the window of its rule
matches as (
    select distinct
        as_of.scored_at,
        matched_events.actor_key,
        matched_events.rule_key
    from {{ ref('int_matched_events') }} as matched_events
    inner join unpaid_rules
        on matched_events.rule_key = unpaid_rules.rule_key
    inner join as_of
        on {{ counts_at('matched_events', 'as_of.scored_at') }}
),

matched as (
    select distinct matches.rule_key
    from matches
    inner join {{ ref('int_actors') }} as actors
        on
            matches.actor_key = actors.actor_key
            and matches.scored_at = actors.scored_at
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
                then 'no event of the type ' || {{ quoted('rules.event_type') }}
                    || ' has ever been seen'
            when paid.rule_key is null and matched.rule_key is null
                then 'no lead has ever matched the rule'
            when rules.max_points = 0
                then 'max_points is 0, so that the rule never pays'
            when paid.has_paid = 1 and paid.has_counted = 0
                then 'the limits of the group ' || rules.group_id
                    || ' hide the rule: no lead' || chr(39)
                    || 's points would differ '
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
