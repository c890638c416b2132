{#- The share of its points that a match of some age (days) still pays. -#}
{%- macro decay_factor(decay, decay_days, age) -%}
case {{ decay }}
            when 'half_life' then {{ adapter.dispatch('halved', 'lead_scoring')(
                age ~ ' / ' ~ decay_days
            ) }}
            when 'linear' then
                case when {{ age }} < {{ decay_days }}
                    then 1 - {{ age }} / {{ decay_days }} else 0.0 end
            else 1.0
        end
{%- endmacro -%}

{#- A number held between two limits; a limit that is null does not hold it.
    A `case`, since `greatest` and `least` treat nulls differently between
    warehouses. -#}
{%- macro clamped(number, lowest, highest) -%}
case
            when {{ number }} > {{ highest }} then {{ highest }}
            when {{ number }} < {{ lowest }} then {{ lowest }}
            else {{ number }}
        end
{%- endmacro -%}

{#- Whether a rule is valid on the day of a moment. -#}
{%- macro is_valid_at(moment, rule='rules') -%}
cast({{ moment }} as date) >= {{ rule }}.valid_from
            and cast({{ moment }} as date) < {{ rule }}.valid_to
{%- endmacro -%}

{#- The rest of a payment in words, `Asked for a demo (+20)`: at most one decimal,
    through 6 as `rounded_score` does.
    `rules`: with told_reason, the words up to the sign; null where it is none. -#}
{%- macro told_payment(rules, points) -%}
{{ rules }}.told_reason
    || replace(
        cast(
            cast(
                round(cast({{ points }} as decimal(28, 6)), 1) as decimal(18, 1)
            ) as {{ dbt.type_string() }}
        ), '.0', ''
    )
    || ')'
{%- endmacro -%}

{#- The share of the most that some points can be, between 0 and 1. -#}
{%- macro share(points, maximum) -%}
case
            when {{ points }} <= 0 or coalesce({{ maximum }}, 0) <= 0 then 0.0
            when {{ points }} >= {{ maximum }} then 1.0
            else {{ lead_scoring.rounded(points ~ ' / ' ~ maximum, 12) }}
        end
{%- endmacro -%}

{#- The chance that a score stands for, by a logistic link: null without one.
    `link`: a relation of intercept and slope. Held where exp would overflow. -#}
{%- macro probability(link, score) -%}
1 / (1 + exp(-({{ lead_scoring.clamped(
        '(' ~ link ~ '.intercept + ' ~ link ~ '.slope * ' ~ score ~ ')',
        '-700', '700'
    ) }})))
{%- endmacro -%}
