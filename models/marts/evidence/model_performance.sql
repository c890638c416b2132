{{ config(enabled=evidence_is_on()) }}

-- Every scoring model on the same later moments: how well its scores tell who
-- is won, and what each stage's threshold would have meant in calls and in
-- wins.
with observations as (
    select * from {{ ref('evidence_observations') }}
    where is_later
),

ranks as (
    select * from {{ ref('int_evidence_ranks') }}
),

totals as (
    select distinct
        model_id,
        all_observations as observations,
        all_wins as wins
    from ranks
),

probable as (
    select
        *,
        ntile(10) over (
            partition by model_id
            order by conversion_probability, observation_key
        ) as tenth
    from observations
    where conversion_probability is not null
),

tenths as (
    select
        model_id,
        cast(tenth as {{ dbt.type_string() }}) as segment,
        avg(conversion_probability) as predicted_rate,
        avg(cast(is_won as {{ type_double() }})) as seen_rate,
        {{ wilson('sum(is_won)', 'count(*)', '-') }} as seen_low,
        {{ wilson('sum(is_won)', 'count(*)', '+') }} as seen_high
    from probable
    group by model_id, tenth
),

-- what calling all leads from each stage's threshold on would have meant
thresholds as (
    select
        stages.model_id,
        stages.stage,
        max(ranks.all_wins) as all_wins,
        sum(case when ranks.score >= stages.enters_at
                then ranks.wins + ranks.others
            else 0
        end) as calls,
        sum(case when ranks.score >= stages.enters_at
                then ranks.wins
            else 0
        end) as wins
    from ranks
    inner join {{ ref('int_stages') }} as stages
        on ranks.model_id = stages.model_id
    group by stages.model_id, stages.stage
),

measures as (
    select
        model_id,
        'auc' as measure,
        cast(null as {{ dbt.type_string() }}) as segment,
        auc as value,
        {{ clamped(
            '(auc - 1.959963984540054 * standard_error)', '0', '1'
        ) }} as value_low,
        {{ clamped(
            '(auc + 1.959963984540054 * standard_error)', '0', '1'
        ) }} as value_high
    from {{ ref('int_evidence_aucs') }}

    union all

    -- of the leads with the score at the border, as many as fit count with
    -- their mean
    select
        model_id,
        'top_tenth_rate' as measure,
        cast(null as {{ dbt.type_string() }}) as segment,
        sum(case
            when wins_above + others_above + wins + others <= size then wins
            when wins_above + others_above < size
                then wins * (size - wins_above - others_above)
                    / (wins + others)
            else 0
        end) / nullif(max(size), 0) as value,
        cast(null as {{ type_double() }}) as value_low,
        cast(null as {{ type_double() }}) as value_high
    from (
        select
            *,
            case
                when all_observations < 10 then 1
                else floor(all_observations * 0.1 + 0.5)
            end as size
        from ranks
    ) as sized
    group by model_id

    union all

    select
        model_id,
        'log_loss' as measure,
        cast(null as {{ dbt.type_string() }}) as segment,
        avg(-ln(case
            when is_won = 1 and conversion_probability > 1e-12
                then conversion_probability
            when is_won = 0 and conversion_probability < 1 - 1e-12
                then 1 - conversion_probability
            else 1e-12
        end)) as value,
        cast(null as {{ type_double() }}) as value_low,
        cast(null as {{ type_double() }}) as value_high
    from probable
    group by model_id

    union all

    select
        model_id,
        'brier' as measure,
        cast(null as {{ dbt.type_string() }}) as segment,
        avg(power(conversion_probability - is_won, 2)) as value,
        cast(null as {{ type_double() }}) as value_low,
        cast(null as {{ type_double() }}) as value_high
    from probable
    group by model_id

    union all

    select
        model_id,
        'predicted_rate' as measure,
        segment,
        predicted_rate as value,
        cast(null as {{ type_double() }}) as value_low,
        cast(null as {{ type_double() }}) as value_high
    from tenths

    union all

    select
        model_id,
        'seen_rate' as measure,
        segment,
        seen_rate as value,
        seen_low as value_low,
        seen_high as value_high
    from tenths

    {% for measure, value in [
        ('calls', 'calls'),
        ('wins', 'wins'),
        ('precision', 'wins / nullif(calls, 0)'),
        ('recall', 'wins / nullif(all_wins, 0)'),
    ] -%}
    union all

    select
        model_id,
        '{{ measure }}' as measure,
        stage as segment,
        {{ value }} as value,
        cast(null as {{ type_double() }}) as value_low,
        cast(null as {{ type_double() }}) as value_high
    from thresholds

    {% endfor -%}
)

select
    measures.model_id,
    measures.measure,
    measures.segment,
    measures.value,
    cast(measures.value_low as {{ type_double() }}) as value_low,
    cast(measures.value_high as {{ type_double() }}) as value_high,
    cast(totals.observations as {{ dbt.type_bigint() }}) as observations,
    cast(totals.wins as {{ dbt.type_bigint() }}) as all_wins
from measures
inner join totals on measures.model_id = totals.model_id

union all

select
    measures.model_id,
    'top_tenth_lift' as measure,
    measures.segment,
    measures.value / nullif(totals.wins / totals.observations, 0) as value,
    cast(null as {{ type_double() }}) as value_low,
    cast(null as {{ type_double() }}) as value_high,
    cast(totals.observations as {{ dbt.type_bigint() }}) as observations,
    cast(totals.wins as {{ dbt.type_bigint() }}) as all_wins
from measures
inner join totals on measures.model_id = totals.model_id
where measures.measure = 'top_tenth_rate'
