-- depends_on: {{ ref('int_rule_problems') }}
with as_of as (
    select * from {{ ref('int_as_of') }}
),

lines as (
    {{ rule_line_keys('as_of') }}
)

-- a sum, so that the order of the lines makes no difference
select
    scored_at,
    cast(sum(mod(line_key, 1000000007)) as {{ dbt.type_bigint() }})
        as rules_version
from lines
group by scored_at
