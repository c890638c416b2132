{{ config(enabled=evidence_is_on()) }}

-- The moments of history at which rules are judged, and what became of each
-- lead within the horizon after it. Left out are moments whose horizon is not
-- over, and leads whose deal was closed by then.
with leads as (
    select
        lead_key,
        lead_id,
        created_at
    from (
        select
            *,
            row_number() over (order by lead_key) as place
        from {{ ref('int_leads') }}
    ) as ordered
    -- a key is a hash of the id, so these are as good as drawn by lot
    where place
        <= {{ whole_number_var('evidence_max_leads', 999999999, 200000) }}
),

-- from here on back the horizon is over
newest as (
    select {{ time_after(
        'scored_at',
        -1 * whole_number_var('evidence_horizon_days', 36500, 90), 'day'
    ) }} as observed_at
    from {{ ref('int_as_of') }}
),

ends as (
    {%- for unit in var('evidence_ends_of') %}
    select {{ dbt.dateadd(
        unit, 'numbers.generated_number - 1', dbt.date_trunc(unit, 'first_leads.created_at')
    ) }} as observed_at
    from ({{ dbt.generate_series(1200) }}) as numbers
    cross join (select min(created_at) as created_at from leads) as first_leads
    union distinct
    {%- endfor %}
    select cast(null as {{ dbt.type_timestamp() }}) as observed_at
    where 1 = 0
),

given as (
    {%- for days in var('evidence_days_after_creation') %}
    select
        lead_key,
        {{ time_after('created_at', days, 'day') }} as observed_at
    from leads
    union distinct
    {%- endfor %}
    select
        leads.lead_key,
        cast(ends.observed_at as {{ dbt.type_timestamp() }}) as observed_at
    from leads
    inner join ends on leads.created_at <= ends.observed_at
    inner join newest on ends.observed_at <= newest.observed_at
    union distinct
    select
        leads.lead_key,
        {{ parsed_timestamp('moments.observed_at') }} as observed_at
    from {{ ref('evidence_moments') }} as moments
    inner join leads
        on {{ trimmed_text('moments.lead_id') }} = leads.lead_id
),

moments as (
    select
        given.lead_key,
        given.observed_at,
        {{ time_after(
            'given.observed_at',
            whole_number_var('evidence_horizon_days', 36500, 90), 'day'
        ) }} as horizon_at
    from given
    inner join newest on given.observed_at <= newest.observed_at
),

-- an outcome of a lead that was merged is one of its survivor
outcomes as (
    select
        actor_leads.lead_key,
        outcomes.outcome,
        outcomes.closed_at,
        outcomes.amount
    from {{ ref('int_outcomes_checked') }} as outcomes
    inner join {{ ref('int_actor_leads') }} as actor_leads
        on {{ text_key('outcomes.lead_id') }} = actor_leads.actor_key
    inner join {{ ref('int_as_of') }} as as_of
        on
            outcomes.closed_at <= as_of.scored_at
            and actor_leads.valid_from <= as_of.scored_at
            and actor_leads.valid_to > as_of.scored_at
    where outcomes.rejection_reason is null
),

first_wins as (
    select
        moments.lead_key,
        moments.observed_at,
        outcomes.closed_at,
        outcomes.amount,
        row_number() over (
            partition by moments.lead_key, moments.observed_at
            order by outcomes.closed_at asc, outcomes.amount desc
        ) as place
    from moments
    inner join outcomes
        on
            moments.lead_key = outcomes.lead_key
            and outcomes.outcome = 'won'
            and moments.observed_at < outcomes.closed_at
            and moments.horizon_at >= outcomes.closed_at
),

closed as (
    select
        lead_key,
        min(closed_at) as closed_at
    from outcomes
    group by lead_key
)

select
    moments.lead_key,
    moments.observed_at,
    moments.horizon_at,
    cast(
        case when first_wins.closed_at is null then 0 else 1 end as integer
    ) as is_won,
    first_wins.amount as won_amount,
    {{ days_between('moments.observed_at', 'first_wins.closed_at') }}
        as days_to_close
from moments
left join first_wins
    on
        moments.lead_key = first_wins.lead_key
        and moments.observed_at = first_wins.observed_at
        and first_wins.place = 1
left join closed on moments.lead_key = closed.lead_key
where closed.closed_at is null or closed.closed_at > moments.observed_at
