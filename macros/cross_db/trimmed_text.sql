{#- Text without the white space (space, tab, CR, LF) around it; what is left
    empty is null. `expression`: a column of any type. -#}
{%- macro trimmed_text(expression) -%}
    {{- return(adapter.dispatch('trimmed_text', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__trimmed_text(expression) -%}
nullif(trim(
    cast({{ expression }} as {{ dbt.type_string() }}),
    ' ' || chr(9) || chr(10) || chr(13)
), '')
{%- endmacro -%}

{%- macro spark__trimmed_text(expression) -%}
nullif(btrim(
    cast({{ expression }} as {{ dbt.type_string() }}),
    ' ' || chr(9) || chr(10) || chr(13)
), '')
{%- endmacro -%}

{%- macro redshift__trimmed_text(expression) -%}
    {{- lead_scoring.spark__trimmed_text(expression) -}}
{%- endmacro -%}

{%- macro trino__trimmed_text(expression) -%}
nullif(trim(
    both ' ' || chr(9) || chr(10) || chr(13)
    from cast({{ expression }} as {{ dbt.type_string() }})
), '')
{%- endmacro -%}
