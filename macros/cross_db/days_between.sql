{#- Days from one timestamp to a later one, with fractions: seconds / 86,400,
    to the microsecond, not rounded. -#}
{%- macro days_between(earlier, later) -%}
(
            cast(
                {{ lead_scoring.epoch_microseconds(later) }}
                - {{ lead_scoring.epoch_microseconds(earlier) }}
                as {{ lead_scoring.type_double() }}
            ) / 86400000000.0
        )
{%- endmacro -%}
