{#- The table of an incremental model as the last build left it, or an empty one
    before its first build. `columns`: the type of each column, by its name. -#}
{%- macro so_far(columns) -%}
    {%- if is_incremental() -%}
        {{- this -}}
    {%- else -%}
        (
            select
            {%- for name, type in columns.items() %}
                cast(null as {{ type }}) as {{ name }}
                {{- "," if not loop.last }}
            {%- endfor %}
            where 1 = 0
        )
    {%- endif -%}
{%- endmacro -%}
