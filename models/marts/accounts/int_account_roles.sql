{{ config(enabled=is_switched_on('reporting')) }}

-- Which of the buying roles somebody of the account has, by buying_roles.csv.
with people as (
    select * from {{ ref('int_account_people') }}
    where not is_excluded
),

roles as (
    select
        rule_key,
        rule_id as buying_role
    from {{ ref('int_rules') }}
    where rule_type = 'buying_role'
),

looked_at as (
    select distinct field
    from {{ ref('int_conditions') }}
    where subject = 'buying_role'
),

fields as (
    select distinct
        people.account_id,
        fields.field,
        fields.value
    from {{ ref('int_lead_fields') }} as fields
    inner join looked_at on fields.field = looked_at.field
    inner join people on fields.version_key = people.version_key
),

held as (
    {{ condition_values(
        'fields', ref('int_conditions'), ref('int_condition_items'),
        'buying_role'
    ) }}
),

covered as (
    select distinct
        fields.account_id,
        held.rule_key
    from fields
    inner join held on fields.field = held.field and fields.value = held.value
),

accounts as (
    select distinct account_id from {{ ref('int_account_people') }}
)

select
    accounts.account_id,
    roles.buying_role,
    covered.rule_key is not null as is_covered
from accounts
cross join roles
left join covered
    on
        accounts.account_id = covered.account_id
        and roles.rule_key = covered.rule_key
