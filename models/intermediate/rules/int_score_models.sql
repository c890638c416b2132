-- depends_on: {{ ref('int_rule_problems') }}
with score_models as (
    select * from {{ rule_table('score_models') }} as score_models
)

select
    ---------- ids
    model_id,
    {{ text_key('model_id') }} as model_key,

    ---------- booleans
    is_primary = 'true' as is_primary,

    ---------- numerics
    {{ parsed_number('min_score') }} as min_score,
    {{ parsed_number('max_score') }} as max_score
from score_models
