{#- The 8-byte floating-point type. dbt's own `type_float` is 4 bytes on some
    warehouses, which loses cents. -#}
{%- macro type_double() -%}
    {{- return(adapter.dispatch('type_double', 'lead_scoring')()) -}}
{%- endmacro -%}

{%- macro default__type_double() -%}double precision{%- endmacro -%}

{%- macro spark__type_double() -%}double{%- endmacro -%}

{%- macro bigquery__type_double() -%}float64{%- endmacro -%}

{%- macro trino__type_double() -%}double{%- endmacro -%}
