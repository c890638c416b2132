{{ config(enabled=evidence_is_on()) }}

-- What is known of leads, as values that can be counted. Numbers are put into
-- tenths, since few leads have exactly the same budget.
with fields as (
    select
        version_key,
        field,
        {{ lowered('value') }} as value
    from {{ ref('int_lead_fields') }}
    where field not in ('email', 'email_domain') and value <> ''
),

numbered as (
    select
        *,
        {{ parsed_number('value') }} as number
    from fields
),

tenths as (
    select
        numbered.field,
        numbered.number,
        ntile(10) over (
            partition by
                numbered.field,
                case when numbered.number is null then 0 else 1 end
            order by numbered.number
        ) as tenth
    from numbered
    inner join {{ ref('int_evidence_leads') }} as leads
        on numbered.version_key = leads.version_key
),

-- from which number on each tenth is, where nearly all values are numbers
cuts as (
    select
        {% for tenth in range(2, 11) -%}
        min(case when tenth = {{ tenth }} then number end) as from_{{ tenth }},
        {% endfor -%}
        field
    from tenths
    group by field
    having count(number) > 0.9 * count(*) and count(distinct number) > 10
),

-- the attribute of the partition has no name any more
counted as (
    select
        numbered.version_key,
        nullif(
            numbered.field,
            {{ quoted_list([(var('evidence_partition') or '') | lower]) }}
        ) as field,
        case
            when numbered.number is null or cuts.field is null
                then numbered.value
            {% for tenth in range(10, 1, -1) -%}
            when numbered.number >= cuts.from_{{ tenth }} then '{{ tenth }}'
            {% endfor -%}
            else '1'
        end as value
    from numbered
    left join cuts on numbered.field = cuts.field
),

leads as (
    select
        lead_key,
        version_key,
        is_won,
        true as is_history
    from {{ ref('int_evidence_leads') }}
    union all
    select
        lead_key,
        version_key,
        cast(null as integer) as is_won,
        false as is_history
    from {{ ref('int_observations') }}
    where is_current
),

-- part '' is of all leads
parts as (
    select
        *,
        cast('' as {{ dbt.type_string() }}) as part
    from leads
    union all
    select
        leads.*,
        counted.value as part
    from leads
    inner join counted
        on leads.version_key = counted.version_key and counted.field is null
)

-- that a lead is one of a part is counted too, as field ''
select
    lead_key,
    is_won,
    is_history,
    part,
    cast('' as {{ dbt.type_string() }}) as field,
    cast('' as {{ dbt.type_string() }}) as value
from parts

union all

select
    parts.lead_key,
    parts.is_won,
    parts.is_history,
    parts.part,
    counted.field,
    counted.value
from parts
inner join counted
    on parts.version_key = counted.version_key and counted.field is not null
