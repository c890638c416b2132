{#- A 63-bit whole number for several texts in their order, none of them null.
    `parts`: list of expressions. -#}
{%- macro texts_key(parts) -%}
    {{- return(adapter.dispatch('texts_key', 'lead_scoring')(parts)) -}}
{%- endmacro -%}

{#- Parted by a character that separates units and stands in no text. -#}
{%- macro default__texts_key(parts) -%}
    {{- lead_scoring.text_key(parts | join(" || chr(31) || ")) -}}
{%- endmacro -%}

{%- macro duckdb__texts_key(parts) -%}
cast(hash({{ parts | join(", ") }}) >> 1 as {{ dbt.type_bigint() }})
{%- endmacro -%}
