{#- A mart as it was before a change of the rules, and as it is since: two builds
    in two schemas, by the vars `before_schema` and `after_schema`. -#}
{%- macro before(mart) -%}
    {{- mart.incorporate(path={
        'schema': var('before_schema', 'lead_scoring_before')
    }) -}}
{%- endmacro -%}

{%- macro after(mart) -%}
    {{- mart.incorporate(path={'schema': var('after_schema', target.schema)}) -}}
{%- endmacro -%}
