{#- The time so many days, minutes, seconds or microseconds after another one;
    before it where `number` is negative. In microseconds, since engines part
    in what they add a fraction or a month's end to. -#}
{%- macro time_after(moment, number, unit) -%}
    {%- set microseconds = {
        'day': 86400000000, 'minute': 60000000, 'hour': 3600000000, 'second': 1000000,
        'microsecond': 1,
    }[unit] -%}
    {{- adapter.dispatch('timestamp_of', 'lead_scoring')(
        lead_scoring.epoch_microseconds(moment) ~ ' + cast(cast('
        ~ number ~ ' as ' ~ lead_scoring.type_double() ~ ') * '
        ~ microseconds ~ ' as ' ~ dbt.type_bigint() ~ ')'
    ) -}}
{%- endmacro -%}
