{{ config(enabled=evidence_is_on()) }}

-- How far the leads of each month differ from those of all months before, by
-- the population stability index: of scores in bands of ten points, and of
-- attributes by their twenty commonest values.
with observations as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'observed_at') }} as date) as month_of
    from {{ ref('evidence_observations') }}
),

fields as (
    select
        observations.model_id,
        observations.month_of,
        cast('score' as {{ dbt.type_string() }}) as field,
        cast(floor(observations.score / 10) as {{ dbt.type_string() }}) as value
    from observations

    union all

    select
        observations.model_id,
        observations.month_of,
        fields.field,
        fields.value
    from observations
    inner join {{ ref('int_observations') }} as known
        on observations.observation_key = known.observation_key
    inner join {{ ref('int_lead_fields') }} as fields
        on known.version_key = fields.version_key
    where fields.field not in ('email', 'email_domain')
),

commonest as (
    select
        model_id,
        field,
        value,
        row_number() over (
            partition by model_id, field
            order by count(*) desc, {{ in_byte_order('value') }} asc
        ) as place
    from fields
    group by model_id, field, value
),

bins as (
    select
        fields.model_id,
        fields.month_of,
        fields.field,
        case when commonest.place > 20 then 21 else commonest.place end as bin,
        count(*) as leads
    from fields
    inner join commonest
        on
            fields.model_id = commonest.model_id
            and fields.field = commonest.field
            and fields.value = commonest.value
    group by
        fields.model_id,
        fields.month_of,
        fields.field,
        case when commonest.place > 20 then 21 else commonest.place end
),

months as (
    select distinct
        model_id,
        month_of
    from observations
),

-- each month beside all before it; a share that is 0 counts as 1 in 10,000
shares as (
    select
        months.model_id,
        months.month_of,
        bins.field,
        bins.bin,
        sum(
            case when bins.month_of = months.month_of then bins.leads else 0 end
        )
            as leads_now,
        sum(
            case when bins.month_of < months.month_of then bins.leads else 0 end
        )
            as leads_before
    from months
    inner join bins
        on
            months.model_id = bins.model_id
            and months.month_of >= bins.month_of
    group by months.model_id, months.month_of, bins.field, bins.bin
),

floored as (
    select
        model_id,
        month_of,
        field,
        case
            when leads_now < 0.0001 * all_now then 0.0001
            else cast(leads_now as {{ type_double() }}) / all_now
        end as share_now,
        case
            when leads_before < 0.0001 * all_before then 0.0001
            else cast(leads_before as {{ type_double() }})
                / nullif(all_before, 0)
        end as share_before
    from (
        select
            *,
            sum(leads_now) over (partition by model_id, month_of, field)
                as all_now,
            sum(leads_before) over (partition by model_id, month_of, field)
                as all_before
        from shares
    ) as summed
),

indices as (
    select
        model_id,
        month_of,
        field,
        sum((share_now - share_before) * ln(share_now / share_before))
            as stability_index
    from floored
    group by model_id, month_of, field
),

overall as (
    select
        model_id,
        month_of,
        count(*) as observations,
        avg(cast(is_won as {{ type_double() }})) as conversion_rate,
        avg(attribute_coverage) as attribute_coverage
    from observations
    group by model_id, month_of
)

select
    overall.model_id,
    overall.month_of,
    indices.field,
    cast(overall.observations as {{ dbt.type_bigint() }}) as observations,
    indices.stability_index,
    overall.attribute_coverage,
    overall.conversion_rate,
    indices.field = 'score' or {{ var('keep_lead_history') | string | lower }}
        as is_point_in_time
from overall
inner join indices
    on
        overall.model_id = indices.model_id
        and overall.month_of = indices.month_of
