{#- The table of an incremental model as the last build left it, or an empty one
    before its first build. `columns`: the type of each column, by its name. -#}
{%- macro so_far(columns) -%}
    {%- if is_incremental() -%}
        {{- this -}}
    {%- else -%}
        {{- lead_scoring.empty_table(columns.keys(), columns) -}}
    {%- endif -%}
{%- endmacro -%}
