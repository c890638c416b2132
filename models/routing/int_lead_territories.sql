-- In the order in which leads are called, so that the best get an owner first.
with qualified as (
    select lead_stages.*
    from {{ ref('int_lead_stages') }} as lead_stages
    inner join {{ ref('int_stages') }} as stages
        on
            lead_stages.model_id = stages.model_id
            and lead_stages.stage = stages.stage
    where
        lead_stages.basis = 'as_scored'
        and lead_stages.is_primary
        and stages.is_mql
        and {{ 'true' if is_switched_on('routing') else 'false' }}
),

fields as (
    select
        qualified.lead_key,
        fields.field,
        fields.value
    from qualified
    inner join {{ ref('int_lead_fields') }} as fields
        on qualified.version_key = fields.version_key
    where fields.field in (
            select conditions.field
            from {{ ref('int_conditions') }} as conditions
            where conditions.subject = 'territory'
        )

    union all

    select
        qualified.lead_key,
        fields.field,
        fields.value
    from qualified
    inner join {{ ref('int_computed_fields') }} as fields
        on
            qualified.observation_key = fields.observation_key
            and qualified.scored_at >= fields.valid_from
            and qualified.scored_at < fields.valid_to
),

held as (
    {{ condition_values(
        'fields', ref('int_conditions'), ref('int_condition_items'), 'territory'
    ) }}
),

territories as (
    select
        rules.rule_key,
        rules.operator,
        territories.owner as pool,
        row_number() over (
            order by
                {{ parsed_number('territories.priority') }},
                {{ in_byte_order('territories.priority') }}
        ) as place
    from {{ rule_table('territories') }} as territories
    inner join {{ ref('int_rules') }} as rules
        on
            territories.priority = rules.rule_id
            and rules.rule_type = 'territory'
),

matched as (
    select
        fields.lead_key,
        territories.place
    from fields
    inner join held on fields.field = held.field and fields.value = held.value
    inner join territories on held.rule_key = territories.rule_key

    union all

    select
        qualified.lead_key,
        territories.place
    from qualified
    inner join territories on territories.operator = 'any'
),

first_places as (
    select
        lead_key,
        min(place) as place
    from matched
    group by lead_key
)

select
    qualified.lead_key,
    qualified.lead_id,
    qualified.scored_at,
    territories.pool,
    row_number() over (
        partition by territories.pool
        order by
            qualified.stage_rank desc,
            {{ rounded('qualified.raw_points', 6) }} desc,
            qualified.last_scored_event_at desc nulls last,
            {{ in_byte_order('qualified.lead_id') }} asc
    ) as place
from qualified
left join first_places on qualified.lead_key = first_places.lead_key
left join territories on first_places.place = territories.place
