{#- The files of one input, in all folders that have arrived. -#}
{%- macro parquet(name) -%}
read_parquet([
    {%- for folder in var('folders') -%}
        '{{ folder }}/{{ name }}/*.parquet'{{ ", " if not loop.last }}
    {%- endfor -%}
])
{%- endmacro -%}
