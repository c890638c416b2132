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
        coalesce(rules.counting = 'once', false) as pays_once,
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
            -- in a coalesce, or these matches are taken for so few that they
            -- are hashed and not the actors
            and coalesce(
                {{ counts_at('matched_events', 'rules.scored_at') }}
                and matched_events.occurred_at >= rules.window_begins_at, false
            )
    inner join actors
        on
            matched_events.actor_key = actors.actor_key
            -- and the same, lest it join all actors to all rules first
            and coalesce(rules.model_key = actors.model_key, false)
),

-- few days have more matches than count: only theirs need an order
crowded_days as (
    select
        standing_key,
        rule_key,
        occurred_on
    from matches
    where max_per_day is not null
    group by standing_key, rule_key, occurred_on
    having count(*) > max(max_per_day)
),

ordered as (
    select
        matches.*,
        row_number() over (
            partition by
                matches.standing_key, matches.rule_key, matches.occurred_on
            order by matches.occurred_at
        ) as place_in_day,
        -- and how many of the day's matches leave before it
        rank() over (
            partition by
                matches.standing_key, matches.rule_key, matches.occurred_on
            order by matches.leaves_on_day
        ) - 1 as left_before
    from matches
    inner join crowded_days
        on
            matches.standing_key = crowded_days.standing_key
            and matches.rule_key = crowded_days.rule_key
            and matches.occurred_on = crowded_days.occurred_on
),

-- As a window moves through a day, its earlier matches leave it first; for one
-- day, later ones that were over the limit of the day take their places.
counted as (
    select
        matches.standing_key,
        matches.rule_key,
        matches.min_count,
        matches.pays_once,
        matches.occurred_at,
        0 as from_day,
        matches.leaves_on_day,
        matches.ends_on_day,
        matches.factor,
        matches.loss_per_day
    from matches
    left join crowded_days
        on
            matches.standing_key = crowded_days.standing_key
            and matches.rule_key = crowded_days.rule_key
            and matches.occurred_on = crowded_days.occurred_on
    where crowded_days.standing_key is null

    union all

    select
        standing_key,
        rule_key,
        min_count,
        pays_once,
        occurred_at,
        case when place_in_day > max_per_day then leaves_on_day - 1 else 0 end
            as from_day,
        leaves_on_day,
        ends_on_day,
        factor,
        loss_per_day
    from ordered
    where place_in_day - left_before <= max_per_day
),

-- a rule that pays once pays its newest match, each from where it counts on
paying as (
    select
        standing_key,
        rule_key,
        from_day,
        ends_on_day,
        factor,
        loss_per_day
    from counted
    where not pays_once

    union all

    select
        standing_key,
        rule_key,
        from_day,
        case
            when newer_from_day < ends_on_day then newer_from_day
            else ends_on_day
        end as ends_on_day,
        factor,
        loss_per_day
    from (
        select
            *,
            min(from_day) over (
                partition by standing_key, rule_key
                order by occurred_at desc
                rows between unbounded preceding and 1 preceding
            ) as newer_from_day
        from counted
        where pays_once
    ) as newest_first
),

too_few as (
    {{ days_of_too_few('counted') }}
),

waning as (
    select
        paying.standing_key,
        paying.rule_key,
        paying.from_day,
        case
            when too_few.on_day < paying.ends_on_day then too_few.on_day
            else paying.ends_on_day
        end as until_day,
        paying.factor,
        paying.loss_per_day
    from paying
    left join too_few
        on
            paying.standing_key = too_few.standing_key
            and paying.rule_key = too_few.rule_key
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
