{{ config(enabled=evidence_is_on()) }}

-- What became of leads by score band (of ten points), stage and grade.
with observations as (
    select * from {{ ref('evidence_observations') }}
),

segments as (
    select
        *,
        'score_band' as segment_type,
        cast(cast(floor(score / 10) * 10 as integer) as {{ dbt.type_string() }})
            as segment
    from observations
    union all
    select
        *,
        'stage' as segment_type,
        stage as segment
    from observations
    union all
    select
        *,
        'grade' as segment_type,
        grade as segment
    from observations
    where grade is not null
),

counted as (
    select
        model_id,
        segment_type,
        segment,
        count(*) as observations,
        sum(is_won) as wins,
        sum(won_amount) as won_amount,
        avg(days_to_close) as days_to_close,
        1.959963984540054 * stddev_samp(days_to_close)
        / sqrt(nullif(count(days_to_close), 0)) as days_to_close_error
    from segments
    where segment is not null
    group by model_id, segment_type, segment
),

overall as (
    select
        model_id,
        cast(sum(is_won) as {{ type_double() }}) / count(*) as conversion_rate
    from observations
    group by model_id
),

rates as (
    select
        counted.*,
        cast(counted.wins as {{ type_double() }}) / counted.observations
            as conversion_rate,
        overall.conversion_rate as overall_rate,
        {{ parsed_number('targets.target_rate') }} as target_rate
    from counted
    inner join overall on counted.model_id = overall.model_id
    left join {{ ref('evidence_targets') }} as targets
        on
            counted.model_id = targets.model_id
            and counted.segment_type = targets.segment_type
            and counted.segment = targets.segment
)

select
    model_id,
    segment_type,
    segment,
    cast(observations as {{ dbt.type_bigint() }}) as observations,
    cast(wins as {{ dbt.type_bigint() }}) as wins,
    conversion_rate,
    {{ wilson('wins', 'observations', '-') }} as conversion_low,
    {{ wilson('wins', 'observations', '+') }} as conversion_high,
    coalesce(target_rate, overall_rate) as expected_rate,
    conversion_rate / nullif(coalesce(target_rate, overall_rate), 0) as lift,
    won_amount,
    days_to_close,
    days_to_close - days_to_close_error as days_to_close_low,
    days_to_close + days_to_close_error as days_to_close_high
from rates
