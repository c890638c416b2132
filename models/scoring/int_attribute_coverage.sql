with versions as (
    select
        {% for column in field_columns('lead_attributes').values() -%}
        {{ column }},
        {% endfor %}
        lead_key as version_key
    from {{ ref('int_leads') }}

    union all

    select
        {% for column in field_columns('lead_attributes').values() -%}
        {{ column }},
        {% endfor %}
        version_key
    from {{ ref('int_lead_versions') }}
),

observations as (
    select
        observations.observation_key,
        observations.rules_on,
        versions.*
    from {{ ref('int_observations') }} as observations
    inner join versions on observations.version_key = versions.version_key
),

days as (
    select distinct rules_on from observations
),

used as (
    select
        days.rules_on,
        rules.model_id,
        {% for name, column in field_columns('lead_attributes').items() -%}
        max(case when conditions.field = '{{ name }}' then 1 else 0 end)
            as uses_{{ column }},
        {% endfor -%}
        count(*) as conditions
    from {{ ref('int_rules') }} as rules
    inner join days on {{ is_valid_at('days.rules_on') }}
    inner join {{ ref('int_conditions') }} as conditions
        on rules.rule_key = conditions.rule_key
    where rules.rule_type = 'explicit'
    group by days.rules_on, rules.model_id
)

select
    observations.observation_key,
    used.model_id,
    cast(
        0
        {%- for columns in field_columns('lead_attributes').values()
            | batch(30) %}
        + (
            0
            {%- for column in columns %}
            + case when observations.{{ column }} is null
                    then 0
                else used.uses_{{ column }}
            end
            {%- endfor %}
        )
        {%- endfor %}
        as {{ type_double() }}
    ) / nullif(
        0
        {%- for columns in field_columns('lead_attributes').values()
            | batch(30) %}
        + (
            0
            {%- for column in columns %}
            + used.uses_{{ column }}
            {%- endfor %}
        )
        {%- endfor %}, 0
    ) as attribute_coverage
from observations
inner join used on observations.rules_on = used.rules_on
