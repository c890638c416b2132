-- depends_on: {{ ref('int_rule_problems') }}
with score_models as (
    select * from {{ rule_table('score_models') }} as score_models
),

links as (
    select * from {{ rule_table('score_links') }} as score_links
)

select
    ---------- ids
    score_models.model_id,
    {{ text_key('score_models.model_id') }} as model_key,

    ---------- booleans
    score_models.is_primary = 'true' as is_primary,

    ---------- numerics
    {{ parsed_number('score_models.min_score') }} as min_score,
    {{ parsed_number('score_models.max_score') }} as max_score,
    {{ parsed_number('links.intercept') }} as intercept,
    {{ parsed_number('links.slope') }} as slope,

    ---------- dates
    cast(links.fitted_until as date) as fitted_until
from score_models
left join links on score_models.model_id = links.model_id
