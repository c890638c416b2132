{#- The texts of a group in their order, with '; ' between them; null where there are
    none. By adapter.dispatch, since one model has it. -#}
{%- macro default__joined_texts(expression) -%}
    {{- dbt.listagg(expression, "'; '", 'order by ' ~ expression) -}}
{%- endmacro -%}

{#- dbt's own for Spark keeps no order, and has '' for none. -#}
{%- macro spark__joined_texts(expression) -%}
nullif(array_join(array_sort(collect_list({{ expression }})), '; '), '')
{%- endmacro -%}
