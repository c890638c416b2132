{%- macro default__engine_version() -%}'{{ target.type }}'{%- endmacro -%}

{%- macro duckdb__engine_version() -%}version(){%- endmacro -%}
