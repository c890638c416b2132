-- depends_on: {{ ref('int_rule_problems') }}
with rule_rows as (
    select * from {{ ref('int_rule_rows') }}
),

typed as (
    select
        ---------- ids
        cast(row_number() over (
            order by
                {{ in_byte_order('model_id') }},
                {{ in_byte_order('rule_id') }},
                valid_from,
                rule_type
        ) as integer) as rule_key,
        model_id,
        rule_id,
        group_id,
        {{ group_key() }} as group_key,

        ---------- text
        rule_type,
        field,
        operator,
        value,
        event_type,
        counting,
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
