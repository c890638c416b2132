-- depends_on: {{ ref('int_rule_problems') }}
with rule_rows as (
    select * from {{ ref('int_rule_rows') }}
),

typed as (
    select
        ---------- ids
        {{ text_key(
            "rule_type || '|' || coalesce(model_id, '') || '|' || rule_id "
            ~ "|| '|' || coalesce(valid_from, '')"
        ) }} as rule_key,
        model_id,
        rule_id,
        group_id,
        {{ text_key("model_id || '|' || group_id") }} as group_key,

        ---------- text
        rule_type,
        field,
        operator,
        value,
        event_type,
        counting,
        once_per,
        coalesce(decay, 'none') as decay,
        reason,

        ---------- numerics
        {{ parsed_number('points') }} as points,
        coalesce({{ parsed_number('min_count') }}, 1) as min_count,
        {{ parsed_number('max_per_day') }} as max_per_day,
        {{ parsed_number('window_days') }} as window_days,
        {{ parsed_number('decay_days') }} as decay_days,
        {{ parsed_number('max_points') }} as max_points,

        ---------- dates
        {{ parsed_date('valid_from') }} as valid_from,
        {{ parsed_date('valid_to') }} as valid_to
    from rule_rows
)

select * from typed
