{#- Formulas of statistics. 1.959963984540054 is the two-sided 95% point of the
    normal distribution. -#}

{#- An end of the 95% interval of a rate (Wilson 1927). `sign`: '-' or '+'. Where
    none or all were won one end is exactly 0 or 1, which roots only come close to. -#}
{%- macro wilson(wins, observations, sign) -%}
    {%- set z = '1.959963984540054' -%}
case
            when {{ wins }} = {{ '0' if sign == '-' else observations }}
                then {{ '0.0' if sign == '-' else '1.0' }}
            else (
                cast({{ wins }} as {{ lead_scoring.type_double() }})
                / {{ observations }}
                + {{ z }} * {{ z }} / (2.0 * {{ observations }})
                {{ sign }} {{ z }} * sqrt(
                    cast({{ wins }} as {{ lead_scoring.type_double() }})
                    / {{ observations }}
                    * (1.0 - cast({{ wins }} as {{ lead_scoring.type_double() }})
                        / {{ observations }}) / {{ observations }}
                    + {{ z }} * {{ z }}
                    / (4.0 * {{ observations }} * {{ observations }})
                )
            ) / (1.0 + {{ z }} * {{ z }} / {{ observations }})
        end
{%- endmacro -%}
