-- What is known of an observation beyond the lead's attributes, as texts. Days
-- pass, so a number of days stands as the range between compared numbers that
-- it lies in, from when to when it does: now, and as far as the outlook goes.
-- Only for fields that a rule or an exclusion names.
with conditions as (
    select * from {{ ref('int_conditions') }}
    where
        subject <> 'event'
        and field in ({{ quoted_list(
            ['outcome'] + condition_fields()['explicit'].numbers
        ) }})
),

-- a field without a value has a row where an operator asks whether it has one
used as (
    select
        field,
        max(case
            when operator in ({{ operators_taking('nothing') }}) then 1 else 0
        end) as shows_nulls
    from conditions
    group by field
),

-- no two times are further apart than year 1 and year 9999
numbers as (
    select
        conditions.field,
        items.number
    from conditions
    inner join {{ ref('int_condition_items') }} as items
        on conditions.condition_key = items.condition_key
    where items.number between 0 and 3652059
),

ranges as (
    select
        field,
        first_day,
        lead(first_day) over (partition by field order by first_day)
            as next_day
    from (
        select field, 0 as first_day from used
        union distinct
        select field, cast(ceil(number) as integer) as first_day from numbers
        union distinct
        select field, cast(floor(number) + 1 as integer) as first_day
        from numbers
    ) as first_days
),

observations as (
    select
        observation_key,
        lead_key,
        version_key,
        scored_at,
        known_by,
        case
            when
                is_current
                and {{ whole_number_var('outlook_days', 366, 30) }} > 0
                then {{ day_after(
                    'scored_at', whole_number_var('outlook_days', 366, 30)
                ) }}
            else scored_at
        end as ends_at
    from {{ ref('int_observations') }}
),

outcomes as (
    select
        actors.observation_key,
        outcomes.outcome,
        outcomes.closed_at,
        row_number() over (
            partition by actors.observation_key
            order by outcomes.closed_at desc, outcomes.outcome desc
        ) as place
    from {{ ref('int_outcomes_checked') }} as outcomes
    inner join {{ ref('int_observed_actors') }} as actors
        on
            {{ text_key('outcomes.lead_id') }} = actors.actor_key
            and outcomes.closed_at <= actors.known_by
    where outcomes.rejection_reason is null
),

actors as (
    select actors.*
    from {{ ref('int_observed_actors') }} as actors
    inner join used on used.field = 'days_since_last_event'
),

bots as (
    select distinct signature_key
    from {{ ref('int_signature_matches') }}
    where rule_type = 'bot'
),

last_events as (
    select
        actors.observation_key,
        max(events.occurred_at) as occurred_at
    from {{ ref('int_scorable_events') }} as events
    inner join actors
        on
            events.actor_key = actors.actor_key
            and {{ is_known('events', 'actors') }}
    where events.signature_key not in (select bots.signature_key from bots)
    group by actors.observation_key
),

found as (
    select
        observations.observation_key,
        observations.scored_at,
        observations.ends_at,
        used.field,
        used.shows_nulls,
        outcomes.outcome,
        case used.field
            when 'days_since_created' then leads.created_at
            when 'days_since_last_event' then last_events.occurred_at
            else outcomes.closed_at
        end as happened_at
    from observations
    cross join used
    inner join {{ ref('int_leads') }} as leads
        on observations.lead_key = leads.lead_key
    left join outcomes
        on
            observations.observation_key = outcomes.observation_key
            and outcomes.place = 1
    left join last_events
        on observations.observation_key = last_events.observation_key
)

select
    found.observation_key,
    found.field,
    cast(ranges.first_day as {{ dbt.type_string() }}) as value,
    {{ time_after('found.happened_at', 'ranges.first_day', 'day') }}
        as valid_from,
    coalesce(
        {{ time_after(
            'found.happened_at',
            'case when ranges.next_day <= '
            ~ days_between('found.happened_at', 'found.ends_at')
            ~ ' then ranges.next_day end', 'day'
        ) }},
        cast('9999-12-31' as {{ dbt.type_timestamp() }})
    ) as valid_to
from found
inner join ranges
    on
        found.field = ranges.field
        and ranges.first_day <= {{ days_between(
            'found.happened_at', 'found.ends_at'
        ) }}
        and (
            ranges.next_day is null
            or ranges.next_day > {{ days_between(
                'found.happened_at', 'found.scored_at'
            ) }}
        )
where found.field <> 'outcome'

union all

select
    observation_key,
    field,
    case when field = 'outcome' then coalesce(outcome, '') else '' end as value,
    cast('0001-01-01' as {{ dbt.type_timestamp() }}) as valid_from,
    cast('9999-12-31' as {{ dbt.type_timestamp() }}) as valid_to
from found
where
    (field = 'outcome' and outcome is not null)
    or (happened_at is null and shows_nulls = 1)
{%- for model in ['int_outside_fields'] if var('attribute_tables') %}

union all

select
    observation_key,
    field,
    value,
    cast('0001-01-01' as {{ dbt.type_timestamp() }}) as valid_from,
    cast('9999-12-31' as {{ dbt.type_timestamp() }}) as valid_to
from {{ ref(model) }}
{%- endfor %}
