{#- The share of its points that a match of some age (days) still pays. -#}
{%- macro decay_factor(decay, decay_days, age) -%}
case {{ decay }}
            when 'half_life' then power(0.5, {{ age }} / {{ decay_days }})
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

{#- Points as text for people, with their sign and at most one decimal: `+25`,
    `-2.5`. -#}
{%- macro signed_points(points) -%}
case when {{ points }} > 0 then '+' else '-' end
        || replace(
            cast(
                cast(abs({{ points }}) as decimal(28, 1))
                as {{ dbt.type_string() }}
            ), '.0', ''
        )
{%- endmacro -%}

{#- What only a rule's entry in the ledger has, as nulls. -#}
{%- macro null_ledger_columns() -%}
cast(null as {{ dbt.type_string() }}) as rule_id,
        cast(null as {{ dbt.type_string() }}) as reason,
        cast(null as {{ dbt.type_bigint() }}) as matched_count,
        cast(null as {{ dbt.type_timestamp() }}) as first_matched_at,
        cast(null as {{ dbt.type_timestamp() }}) as last_matched_at,
        cast(null as {{ lead_scoring.type_double() }}) as points_before_cap
{%- endmacro -%}

{#- A payment in words, `Asked for a demo (+20)`; null where it is none. -#}
{%- macro told_payment(rules, points) -%}
{{ rules }}.told_reason || ' (' || {{ lead_scoring.signed_points(points) }} || ')'
{%- endmacro -%}
