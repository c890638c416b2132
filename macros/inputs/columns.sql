{#- The names of a relation's columns, in lower case; empty where it does not
    exist yet, as in unit tests and before the first build. -#}
{%- macro column_names(relation) -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do names.append(column.name | lower) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(names) -}}
{%- endmacro -%}

{#- Stops with a sentence that names every column of `needed` that `relation`
    lacks. `called`: what people call it; `hint`: what to do about it. -#}
{%- macro check_columns(relation, needed, called, hint='') -%}
    {%- set existing = lead_scoring.column_names(relation) -%}
    {%- set missing = needed | map('lower') | reject('in', existing) | list -%}
    {%- if existing and missing -%}
        {{- exceptions.raise_compiler_error(
            called ~ " lacks the column" ~ ("s " if missing | length > 1 else " ")
            ~ missing | join(", ") ~ ". It has: " ~ existing | join(", ")
            ~ "." ~ hint
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- A column cast to a type, or a null of that type where the relation does not
    have it. `existing`: as `column_names` gives it. -#}
{%- macro optional_column(existing, name, type) -%}
    {%- if not existing or name | lower in existing -%}
        cast({{ name }} as {{ type }})
    {%- else -%}
        cast(null as {{ type }})
    {%- endif -%}
{%- endmacro -%}

{#- Some columns, each as it is where it is one of `existing`, else a null of a
    text, so that tables which lack some become rows of one shape. -#}
{%- macro columns_or_nulls(columns, existing) -%}
    {%- for column in columns -%}
        {%- if column in existing -%}
            {{- column -}}
        {%- else -%}
            cast(null as {{ dbt.type_string() }}) as {{ column }}
        {%- endif -%}
        {{- ",
        " if not loop.last -}}
    {%- endfor -%}
{%- endmacro -%}
