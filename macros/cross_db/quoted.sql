{#- A text between apostrophes, in words for people. Not as a literal: engines
    do not agree on how one holds an apostrophe. -#}
{%- macro quoted(expression) -%}
chr(39) || {{ expression }} || chr(39)
{%- endmacro -%}
