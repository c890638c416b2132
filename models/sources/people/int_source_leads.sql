{{ config(enabled=source_models_of('records') != []) }}

-- What stg_crm__leads reads, and stg_crm__merges of records of which there is
-- only the id. The row that names the person has each attribute from the most
-- trusted record that knows it; the others are merged into it.
with people as (
    select * from {{ ref('int_people') }}
),

ranked as (
    select
        *,
        cast(1000000 + row_number() over (
            partition by lead_id
            order by
                case when is_there then 0 else 1 end,
                case when into_record_id is null then 0 else 1 end,
                source_rank, trust, age
        ) as {{ dbt.type_string() }}) as place
    from people
    where is_tied
),

-- the least of place and value, less the place of seven digits
filled as (
    select
        lead_id,
        {% for column in field_columns('lead_attributes').values() -%}
        substring(min(place || {{ column }}), 8) as {{ column }},
        {% endfor -%}
        substring(min(place || email), 8) as email,
        max(merged_at) as last_merged_at
    from ranked
    group by lead_id
),

leads as (
    select
        people.record_id as lead_id,
        case when people.record_id <> people.lead_id then people.lead_id end
            as merged_into_lead_id,
        people.lead_id as into_lead_id,
        people.source_name is not null as is_known,
        case
            when people.record_id = filled.lead_id then filled.email
            else people.email
        end as email,
        {% for name, column in field_columns('lead_attributes').items()
            if name != 'email' -%}
        case
            when people.record_id = filled.lead_id then filled.{{ column }}
            else people.{{ column }}
        end as {{ optional_column({}, name) }},
        {% endfor %}
        people.created_at,
        -- by an address it is known from the start that they are one
        case
            when people.record_id = people.lead_id then null
            when people.email = people.email_of_name then people.created_at
            else coalesce(filled.last_merged_at, people.created_at)
        end as merged_at
    from people
    left join filled on people.lead_id = filled.lead_id
)

select * from leads
