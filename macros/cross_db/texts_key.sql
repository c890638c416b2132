{#- Parted by a character that separates units and stands in no text. -#}
{%- macro default__texts_key(parts) -%}
    {{- lead_scoring.text_key(parts | join(" || chr(31) || ")) -}}
{%- endmacro -%}

{%- macro duckdb__texts_key(parts) -%}
cast(hash({{ parts | join(", ") }}) >> 1 as {{ dbt.type_bigint() }})
{%- endmacro -%}
