{#- The earliest time whose age at a moment is at most some days (fractions
    count): age is compared by comparing times, which is cheaper. Beginning of
    time where `days` is null. -#}
{%- macro days_before(moment, days) -%}
    {{- return(adapter.dispatch('days_before', 'lead_scoring')(moment, days)) -}}
{%- endmacro -%}

{#- 700,000 days lead back to the year 110. -#}
{%- macro default__days_before(moment, days) -%}
make_timestamp(cast(ceil(
            epoch_us({{ moment }})
            - least(coalesce({{ days }}, 700000), 700000) * 86400000000.0
        ) as bigint))
{%- endmacro -%}
