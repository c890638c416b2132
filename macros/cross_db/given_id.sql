{#- An id as it is, or null where it holds nothing but white space. Not
    trimmed: over 50 million events that alone would take longer than to find
    the doubled ones. -#}
{%- macro given_id(expression) -%}
    {{- return(adapter.dispatch('given_id', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__given_id(expression) -%}
case
        when {{ lead_scoring.trimmed_text(expression) }} is not null
            then cast({{ expression }} as {{ dbt.type_string() }})
    end
{%- endmacro -%}

{#- Whatever sorts from `!` on does not begin with white space. -#}
{%- macro duckdb__given_id(expression) -%}
case
        when cast({{ expression }} as {{ dbt.type_string() }}) >= '!'
            or {{ lead_scoring.trimmed_text(expression) }} is not null
            then cast({{ expression }} as {{ dbt.type_string() }})
    end
{%- endmacro -%}
