with explicit_rules as (
    select * from {{ rule_table('explicit_rules') }} as explicit_rules
),

implicit_rules as (
    select * from {{ rule_table('implicit_rules') }} as implicit_rules
),

exclusions as (
    select
        *,
        exclusion_id as rule_id
    from {{ rule_table('exclusions') }} as exclusions
),

bot_signatures as (
    select
        *,
        signature_id as rule_id
    from {{ rule_table('bot_signatures') }} as bot_signatures
),

unioned as (
    select
        'explicit' as rule_type,
        {{ rule_columns(['model_id', 'rule_id', 'group_id', 'points',
            'valid_from', 'valid_to', 'reason', 'operator', 'value']) }},
        attribute as field
    from explicit_rules

    union all

    select
        'implicit' as rule_type,
        {{ rule_columns(['model_id', 'rule_id', 'group_id', 'points',
            'valid_from', 'valid_to', 'reason', 'event_type', 'counting',
            'min_count', 'max_per_day', 'window_days', 'decay', 'decay_days',
            'max_points']) }},
        cast(null as {{ dbt.type_string() }}) as field
    from implicit_rules

    union all

    select
        'exclusion' as rule_type,
        {{ rule_columns(['rule_id', 'reason', 'operator', 'value']) }},
        field
    from exclusions

    union all

    select
        'bot' as rule_type,
        {{ rule_columns(['rule_id', 'reason', 'operator', 'value']) }},
        field
    from bot_signatures
)

select * from unioned
