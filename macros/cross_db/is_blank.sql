{#- Whether an id is missing: null, or nothing but white space. Ids are not
    trimmed: over 50 million events that alone would take longer than to find
    the doubled ones. -#}
{%- macro is_blank(expression) -%}
    {{- return(adapter.dispatch('is_blank', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__is_blank(expression) -%}
({{ lead_scoring.trimmed_text(expression) }} is null)
{%- endmacro -%}

{#- Whatever sorts from `!` on does not begin with white space. A `case`, since
    an `or` would trim every id: ten times as long. -#}
{%- macro duckdb__is_blank(expression) -%}
case
            when cast({{ expression }} as {{ dbt.type_string() }}) >= '!'
                then false
            else {{ lead_scoring.trimmed_text(expression) }} is null
        end
{%- endmacro -%}
