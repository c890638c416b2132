{#- A group of rules as one number, which is joined in half the time of its two
    ids. -#}
{%- macro group_key() -%}
    {{- lead_scoring.text_key("model_id || '|' || group_id") -}}
{%- endmacro -%}
