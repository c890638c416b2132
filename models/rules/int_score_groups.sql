-- depends_on: {{ ref('int_rule_problems') }}
with score_groups as (
    select * from {{ rule_table('score_groups') }} as score_groups
)

select
    ---------- ids
    model_id,
    group_id,
    {{ text_key('model_id') }} as model_key,
    {{ text_key("model_id || '|' || group_id") }} as group_key,

    ---------- text
    dimension,
    combine,

    ---------- numerics
    {{ parsed_number('min_points') }} as min_points,
    {{ parsed_number('max_points') }} as max_points
from score_groups
