{#- The earliest time whose age at a moment is at most some days (fractions
    count): age is compared by comparing times, which is cheaper. Beginning of
    time where `days` is null: 700,000 days lead back to the year 110. -#}
{%- macro days_before(moment, days) -%}
    {%- set no_limit = 'cast(700000 as ' ~ lead_scoring.type_double() ~ ')' -%}
    {%- set limited = 'coalesce(' ~ days ~ ', ' ~ no_limit ~ ')' -%}
    {{- lead_scoring.timestamp_of(
        'cast(ceil(' ~ lead_scoring.epoch_microseconds(moment)
        ~ ' - 86400000000.0 * case when ' ~ limited ~ ' < ' ~ no_limit
        ~ ' then ' ~ limited ~ ' else ' ~ no_limit ~ ' end) as '
        ~ dbt.type_bigint() ~ ')'
    ) -}}
{%- endmacro -%}
