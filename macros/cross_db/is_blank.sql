{#- Whether an id is missing: null, or nothing but white space. Ids are not
    trimmed: over 50 million events that alone would take longer than to find
    the doubled ones. -#}
{%- macro is_blank(expression) -%}
    {{- return(adapter.dispatch('is_blank', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__is_blank(expression) -%}
({{ lead_scoring.trimmed_text(expression) }} is null)
{%- endmacro -%}

{#- What begins with any of the plain characters from `!` to `~` is not blank. A
    `case`, since an `or` would trim every id: ten times as long. -#}
{%- macro duckdb__is_blank(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
case
            when {{ text }} >= '!' and {{ text }} < chr(127) then false
            else {{ lead_scoring.trimmed_text(expression) }} is null
        end
{%- endmacro -%}
