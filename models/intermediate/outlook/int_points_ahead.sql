-- What the rules pay those leads now, and for how many days if nothing else
-- happens.
with leads as (
    select * from {{ ref('int_movable_leads') }}
),

rules as (
    select
        as_of.scored_at,
        {{ days_before('as_of.scored_at', 'rules.window_days') }}
            as window_begins_at,
        rules.*,
        {{ text_key('rules.model_id') }} as model_key,
        {{ is_waning() }} as is_waning,
        max(case when {{ is_waning() }} then 1 else 0 end) over (
            partition by rules.model_id, rules.group_id
        ) = 1 as is_in_waning_group
    from {{ ref('int_rules') }} as rules
    inner join {{ ref('int_as_of') }} as as_of
        on {{ is_valid_at('as_of.scored_at') }}
),

actors as (
    select
        actors.actor_key,
        leads.standing_key,
        {{ text_key('leads.model_id') }} as model_key
    from {{ ref('int_actors') }} as actors
    inner join leads
        on
            actors.lead_key = leads.lead_key
            and actors.scored_at = leads.scored_at
),

matches as (
    select
        actors.standing_key,
        rules.rule_key,
        rules.min_count,
        rules.max_per_day,
        cast(matched_events.occurred_at as date) as occurred_on,
        matched_events.occurred_at,
        {{ day_of_leaving() }} as leaves_on_day,
        {{ day_of_ending() }} as ends_on_day,
        {{ decay_factor('rules.decay', 'rules.decay_days', age_of_match()) }}
            as factor,
        case when rules.decay = 'linear' then 1.0 / rules.decay_days else 0.0
        end as loss_per_day
    from {{ ref('int_matched_events') }} as matched_events
    inner join rules
        on
            matched_events.rule_key = rules.rule_key
            and rules.is_waning
            and {{ counts_at('matched_events', 'rules.scored_at') }}
            and matched_events.occurred_at >= rules.window_begins_at
    inner join actors
        on
            matched_events.actor_key = actors.actor_key
            and rules.model_key = actors.model_key
),

ordered as (
    select
        *,
        row_number() over (
            partition by standing_key, rule_key, occurred_on
            order by occurred_at
        ) as place_in_day,
        -- and how many of the day's matches leave before it
        rank() over (
            partition by standing_key, rule_key, occurred_on
            order by leaves_on_day
        ) - 1 as left_before
    from matches
    where max_per_day is not null
),

-- As a window moves through a day, its earlier matches leave it first; for one
-- day, later ones that were over the limit of the day take their places.
counted as (
    select
        standing_key,
        rule_key,
        min_count,
        0 as from_day,
        leaves_on_day,
        ends_on_day,
        factor,
        loss_per_day
    from matches
    where max_per_day is null

    union all

    select
        standing_key,
        rule_key,
        min_count,
        case when place_in_day > max_per_day then leaves_on_day - 1 else 0 end
            as from_day,
        leaves_on_day,
        ends_on_day,
        factor,
        loss_per_day
    from ordered
    where place_in_day - left_before <= max_per_day
),

too_few as (
    {{ days_of_too_few('counted') }}
),

waning as (
    select
        counted.standing_key,
        counted.rule_key,
        counted.from_day,
        case
            when too_few.on_day < counted.ends_on_day then too_few.on_day
            else counted.ends_on_day
        end as until_day,
        counted.factor,
        counted.loss_per_day
    from counted
    left join too_few
        on
            counted.standing_key = too_few.standing_key
            and counted.rule_key = too_few.rule_key
),

steady as (
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
    inner join leads
        on
            entries.lead_key = leads.lead_key
            and entries.scored_at = leads.scored_at
            and rules.model_id = leads.model_id
)

select * from waning
where from_day < until_day
union all
select * from steady
