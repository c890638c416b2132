{#- Days from one timestamp to a later one, with fractions: seconds / 86,400,
    to the microsecond, not rounded. -#}
{%- macro days_between(earlier, later) -%}
    {{- return(adapter.dispatch('days_between', 'lead_scoring')(earlier, later)) -}}
{%- endmacro -%}

{%- macro default__days_between(earlier, later) -%}
((epoch_us({{ later }}) - epoch_us({{ earlier }})) / 86400000000.0)
{%- endmacro -%}
