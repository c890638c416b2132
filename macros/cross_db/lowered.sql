{#- A text in lower case, letter by letter. -#}
{%- macro lowered(expression) -%}
    {{- return(adapter.dispatch('lowered', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__lowered(expression) -%}
lower({{ expression }})
{%- endmacro -%}

{#- Java looks at what stands beside a letter: a sigma that ends a word is another
    one, and a dotted I becomes two. -#}
{%- macro spark__lowered(expression) -%}
lower(translate({{ expression }}, 'Σİ', 'σi'))
{%- endmacro -%}
