{#- A mart as another build has it, by the schema that the var `before_schema` or
    `after_schema` names. `when`: 'before' or 'after' a change of the rules. -#}
{%- macro as_built(mart, when) -%}
    {{- mart.incorporate(path={'schema': var(
        when ~ '_schema',
        'lead_scoring_before' if when == 'before' else target.schema
    )}) -}}
{%- endmacro -%}
