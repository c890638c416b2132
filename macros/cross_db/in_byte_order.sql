{#- A text to sort or compare by its bytes, as most engines do anyway: a
    server's locale is not to decide who is called first. -#}
{%- macro in_byte_order(expression) -%}
    {{- return(adapter.dispatch('in_byte_order', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__in_byte_order(expression) -%}
{{ expression }}
{%- endmacro -%}

{%- macro postgres__in_byte_order(expression) -%}
{{ expression }} collate "C"
{%- endmacro -%}

{#- The first text of a group in that order. -#}
{%- macro first_text(expression) -%}
    {{- return(adapter.dispatch('first_text', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__first_text(expression) -%}
min({{ expression }})
{%- endmacro -%}

{#- Else the column would keep that collation, and not compare with others. -#}
{%- macro postgres__first_text(expression) -%}
min({{ expression }} collate "C") collate "default"
{%- endmacro -%}
