{#- What to tell engines apart by whose `text_key` may differ: a text. -#}
{%- macro engine_version() -%}
    {{- return(adapter.dispatch('engine_version', 'lead_scoring')()) -}}
{%- endmacro -%}

{%- macro default__engine_version() -%}'{{ target.type }}'{%- endmacro -%}

{%- macro duckdb__engine_version() -%}version(){%- endmacro -%}
