{#- Whether a text has a pattern: a regular expression of what every engine
    knows, begun with `^` or ended with `$` where it is to hold for all of it. -#}
{%- macro has_pattern(expression, pattern) -%}
    {{- return(adapter.dispatch('has_pattern', 'lead_scoring')(
        expression, pattern
    )) -}}
{%- endmacro -%}

{%- macro default__has_pattern(expression, pattern) -%}
regexp_like({{ expression }}, '{{ pattern }}')
{%- endmacro -%}

{%- macro duckdb__has_pattern(expression, pattern) -%}
regexp_matches({{ expression }}, '{{ pattern }}')
{%- endmacro -%}

{%- macro postgres__has_pattern(expression, pattern) -%}
({{ expression }} ~ '{{ pattern }}')
{%- endmacro -%}
