-- A payment counts unless its group's other rules fill the limit without it,
-- which takes a group whose limit held back something.
with rules as (
    select
        rules.rule_key,
        rules.group_key,
        score_groups.combine,
        score_groups.min_points,
        score_groups.max_points
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_score_groups') }} as score_groups
        on rules.group_key = score_groups.group_key
),

limited_groups as (
    select * from {{ ref('int_entries') }}
    where gained is not null
),

payments as (
    select
        rules.*,
        entries.points,
        limited_groups.gained,
        limited_groups.lost
    from {{ ref('int_entries') }} as entries
    inner join rules on entries.entry_key = rules.rule_key
    left join limited_groups
        on
            rules.group_key = limited_groups.entry_key
            and entries.lead_key = limited_groups.lead_key
    where entries.lead_key is not null
)

select
    rule_key,
    max(case when abs(points) > 0.000000001 then 1 else 0 end) as has_paid,
    max(case
        when combine = 'max' and points > 0 and points < gained then 0
        when combine = 'max' and points < 0 and points > lost then 0
        when points > 0 and gained - points >= max_points then 0
        when points < 0 and lost - points <= min_points then 0
        else 1
    end) as has_counted
from payments
group by rule_key
