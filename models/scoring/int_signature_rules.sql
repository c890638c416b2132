-- The implicit rules that each event signature meets and that are valid on a
-- day that is scored, or on one of the outlook.
with moments as (
    select
        min(scored_at) as oldest_at,
        max(scored_at) as newest_at
    from {{ ref('int_observations') }}
)

select
    matches.signature_key,
    rules.rule_key,
    matches.once_key,
    rules.window_days,
    case
        when rules.window_days < 36500 then {{ time_after(
            'moments.oldest_at', '-1 - rules.window_days', 'day'
        ) }}
    end as matters_from
from {{ ref('int_signature_matches') }} as matches
inner join {{ ref('int_rules') }} as rules
    on matches.rule_key = rules.rule_key
inner join moments
    on
        rules.valid_to > cast(moments.oldest_at as date)
        and rules.valid_from <= cast({{ day_after(
            'moments.newest_at', whole_number_var('outlook_days', 366, 30)
        ) }} as date)
where rules.rule_type = 'implicit'
