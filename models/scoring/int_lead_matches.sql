-- The rules for leads that each observation meets, and from when to when:
-- always, unless a condition is on days that pass.
with fields as (
    select field, value from {{ ref('int_lead_fields') }}
    union all
    select field, value from {{ ref('int_computed_fields') }}
),

held as (
    {{ condition_values(
        'fields', ref('int_conditions'), ref('int_condition_items'), 'lead'
    ) }}
),

needed as (
    select
        rule_key,
        count(*) as conditions
    from {{ ref('int_conditions') }}
    where subject = 'lead'
    group by rule_key
),

met as (
    select
        fields.version_key,
        held.rule_key,
        count(*) as conditions
    from {{ ref('int_lead_fields') }} as fields
    inner join held
        on fields.field = held.field and fields.value = held.value
    group by fields.version_key, held.rule_key
),

computed as (
    select
        fields.observation_key,
        held.rule_key,
        fields.valid_from,
        fields.valid_to
    from {{ ref('int_computed_fields') }} as fields
    inner join held
        on fields.field = held.field and fields.value = held.value
),

-- how many conditions hold from where one begins to, until the first ends
computed_met as (
    select
        begins.observation_key,
        begins.rule_key,
        begins.valid_from,
        min(computed.valid_to) as valid_to,
        count(*) as conditions
    from (
        select distinct observation_key, rule_key, valid_from from computed
    ) as begins
    inner join computed
        on
            begins.observation_key = computed.observation_key
            and begins.rule_key = computed.rule_key
            and begins.valid_from >= computed.valid_from
            and begins.valid_from < computed.valid_to
    group by begins.observation_key, begins.rule_key, begins.valid_from
)

select
    observations.observation_key,
    observations.scored_at,
    observations.rules_on,
    met.rule_key,
    cast('0001-01-01' as {{ dbt.type_timestamp() }}) as valid_from,
    cast('9999-12-31' as {{ dbt.type_timestamp() }}) as valid_to
from met
inner join needed
    on met.rule_key = needed.rule_key and met.conditions = needed.conditions
inner join {{ ref('int_observations') }} as observations
    on met.version_key = observations.version_key

union all

select
    observations.observation_key,
    observations.scored_at,
    observations.rules_on,
    computed_met.rule_key,
    computed_met.valid_from,
    computed_met.valid_to
from computed_met
inner join {{ ref('int_observations') }} as observations
    on computed_met.observation_key = observations.observation_key
inner join needed on computed_met.rule_key = needed.rule_key
left join met
    on
        observations.version_key = met.version_key
        and computed_met.rule_key = met.rule_key
where
    computed_met.conditions + coalesce(met.conditions, 0) = needed.conditions
