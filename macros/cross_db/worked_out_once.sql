{#- Ends a select whose columns cost much, behind its `from`: PostgreSQL would
    work them out again wherever a column of the view is named. -#}
{%- macro worked_out_once() -%}
    {{- return(adapter.dispatch('worked_out_once', 'lead_scoring')()) -}}
{%- endmacro -%}

{%- macro default__worked_out_once() -%}
{%- endmacro -%}

{%- macro postgres__worked_out_once() -%}
offset 0
{%- endmacro -%}
