{#- Whether all of a text is as a pattern says, a regular expression of what
    every engine knows, from `^` to `$`. -#}
{%- macro has_pattern(expression, pattern) -%}
    {{- return(adapter.dispatch('has_pattern', 'lead_scoring')(
        expression, pattern
    )) -}}
{%- endmacro -%}

{%- macro default__has_pattern(expression, pattern) -%}
regexp_like({{ expression }}, '{{ pattern }}')
{%- endmacro -%}

{%- macro bigquery__has_pattern(expression, pattern) -%}
regexp_contains({{ expression }}, r'{{ pattern }}')
{%- endmacro -%}

{#- asked once for each text of a dictionary, which `regexp_matches` is not -#}
{%- macro duckdb__has_pattern(expression, pattern) -%}
regexp_full_match({{ expression }}, '{{ pattern }}')
{%- endmacro -%}

{#- which Redshift knows too -#}
{%- macro postgres__has_pattern(expression, pattern) -%}
({{ expression }} ~ '{{ pattern }}')
{%- endmacro -%}
