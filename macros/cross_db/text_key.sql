{#- A 63-bit whole number for a text, the same for the same text on every run:
    half the memory of the text, and no look-up. Two of a million ids share one
    by chance once in ten million such sets; `int_leads` tests that none do. -#}
{%- macro text_key(expression) -%}
    {{- return(adapter.dispatch('text_key', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{#- The first 60 bits of a digest. -#}
{%- macro default__text_key(expression) -%}
strtol(substring(md5({{ expression }}), 1, 15), 16)
{%- endmacro -%}

{%- macro bigquery__text_key(expression) -%}
(farm_fingerprint({{ expression }}) & 9223372036854775807)
{%- endmacro -%}

{%- macro duckdb__text_key(expression) -%}
cast(hash({{ expression }}) >> 1 as {{ dbt.type_bigint() }})
{%- endmacro -%}

{%- macro postgres__text_key(expression) -%}
(hashtextextended({{ expression }}, 0) & 9223372036854775807)
{%- endmacro -%}

{%- macro spark__text_key(expression) -%}
(xxhash64({{ expression }}) & 9223372036854775807)
{%- endmacro -%}

{#- Redshift would take PostgreSQL's. -#}
{%- macro redshift__text_key(expression) -%}
    {{- lead_scoring.default__text_key(expression) -}}
{%- endmacro -%}

{#- Its own `hash` may change with a release: a digest does not. -#}
{%- macro snowflake__text_key(expression) -%}
(bitand(md5_number_lower64({{ expression }}), 9223372036854775807))
{%- endmacro -%}

{%- macro trino__text_key(expression) -%}
bitwise_and(
            from_big_endian_64(xxhash64(to_utf8({{ expression }}))),
            9223372036854775807
        )
{%- endmacro -%}
