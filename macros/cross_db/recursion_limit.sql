{#- What stands behind the name of a recursive CTE that may recurse up to 1,024
    times. -#}
{%- macro recursion_limit() -%}
    {{- return(adapter.dispatch('recursion_limit', 'lead_scoring')()) -}}
{%- endmacro -%}

{%- macro default__recursion_limit() -%}{%- endmacro -%}

{#- Spark stops at 100 otherwise. -#}
{%- macro spark__recursion_limit() -%}max recursion level 1100{%- endmacro -%}
