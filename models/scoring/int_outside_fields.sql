{{ config(enabled=(var('attribute_tables') or []) != []) }}

-- What the tables of the var attribute_tables say of each observation, as
-- texts: of each table, the row that was known last. Only for fields that a
-- rule or an exclusion names.
with used as (
    select
        field,
        max(case
            when operator in ({{ operators_taking('nothing') }}) then 1 else 0
        end) as shows_nulls
    from {{ ref('int_conditions') }}
    where
        subject <> 'event'
        and field in (
            {{ quoted_list(field_columns('attribute_tables') | list) }}
        )
    group by field
),

observations as (
    select * from {{ ref('int_observations') }}
),

keys as (
    select
        observations.observation_key,
        observations.known_by,
        'lead_id' as key_column,
        leads.lead_id as key_value
    from observations
    inner join {{ ref('int_leads') }} as leads
        on observations.lead_key = leads.lead_key

    union all

    select
        observations.observation_key,
        observations.known_by,
        fields.field as key_column,
        fields.value as key_value
    from observations
    inner join {{ ref('int_lead_fields') }} as fields
        on
            observations.version_key = fields.version_key
            and fields.field = 'email_domain'
),

{% for table in var('attribute_tables') -%}
given_{{ loop.index }} as (
    {{ outside_rows(ref(table.model), table) }}
),

known_{{ loop.index }} as (
    select
        keys.observation_key,
        given.*,
        row_number() over (
            partition by keys.observation_key
            order by
                given.known_at desc
                {%- for name in table.attributes -%}
                , {{ in_byte_order(
                    'given.' ~ field_columns('attribute_tables')[name | lower]
                ) }}
                {%- endfor %}
        ) as place
    from keys
    inner join given_{{ loop.index }} as given
        on
            keys.key_column = '{{ table.by }}'
            and keys.key_value = given.key_value
            and keys.known_by >= given.known_at
),

{% endfor -%}
found as (
    select
        keys.observation_key,
        used.field,
        cast(null as {{ dbt.type_string() }}) as value
    from keys
    cross join used
    where keys.key_column = 'lead_id'
    {%- for table in var('attribute_tables') %}

    union all

    select
        known.observation_key,
        used.field,
        case used.field
            {% for name in table.attributes -%}
            when {{ quoted_list([name]) }}
                then known.{{ field_columns('attribute_tables')[name | lower] }}
            {% endfor -%}
        end as value
    from known_{{ loop.index }} as known
    cross join used
    where known.place = 1
    {%- endfor %}
)

select
    found.observation_key,
    found.field,
    coalesce(max(found.value), '') as value
from found
inner join used on found.field = used.field
where found.value is not null or used.shows_nulls = 1
group by found.observation_key, found.field
