select
    rule_key as entry_key,
    {{ entry_name({
        'entry_type': "'rule'", 'model_id': 'model_id',
        'dimension': 'rule_type', 'group_id': 'group_id', 'rule_id': 'rule_id',
        'reason': 'reason',
    }) }} as name
from {{ ref('int_rules') }}
where rule_type in ('explicit', 'implicit')

union all

select
    group_key as entry_key,
    {{ entry_name({
        'entry_type': "'group_cap'", 'model_id': 'model_id',
        'dimension': 'dimension', 'group_id': 'group_id',
    }) }} as name
from {{ ref('int_score_groups') }}

union all

select
    model_key as entry_key,
    {{ entry_name({
        'entry_type': "'score_limit'", 'model_id': 'model_id',
    }) }} as name
from {{ ref('int_score_models') }}
