{{ config(
    pre_hook="{{ check_rule_headers() }}",
    post_hook={
        "sql": "{{ say_rule_rows(
            this, 'problem',
            'The rule tables are broken, and no score was published.', true
        ) }}",
        "transaction": in_transaction(),
    },
) }}

with problems as (
    select * from {{ ref('int_problems_in_tables') }}
    union all
    select * from {{ ref('int_problems_in_rules') }}
    union all
    select * from {{ ref('int_problems_in_conditions') }}
    union all
    select * from {{ ref('int_problems_in_reach') }}
)

select distinct
    file,
    coalesce(model_id, '') as model_id,
    coalesce(rule_id, '') as rule_id,
    problem
from problems
