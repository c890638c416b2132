{{ config(
    post_hook={
        "sql": "{{ stop_on_rule_problems(this) }}",
        "transaction": in_transaction(),
    },
) }}

with problems as (
    select * from {{ ref('int_problems_in_cells') }}
    union all
    select * from {{ ref('int_problems_in_keys') }}
    union all
    select * from {{ ref('int_problems_in_references') }}
    union all
    select * from {{ ref('int_problems_in_conditions') }}
    union all
    select * from {{ ref('int_problems_in_models') }}
    union all
    select * from {{ ref('int_problems_in_stages') }}
)

select distinct
    file,
    coalesce(model_id, '') as model_id,
    coalesce(rule_id, '') as rule_id,
    problem
from problems
