{#- Microseconds from 1970 to a timestamp, a whole number. -#}
{%- macro epoch_microseconds(expression) -%}
    {{- return(adapter.dispatch('epoch_microseconds', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__epoch_microseconds(expression) -%}
epoch_us({{ expression }})
{%- endmacro -%}
