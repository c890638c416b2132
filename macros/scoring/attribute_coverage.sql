{#- Which attributes rules use: an aggregate over `conditions.field`, a column
    `uses_<attribute>` (0 or 1) for each. -#}
{%- macro attribute_uses() -%}
    {%- for attribute in var('lead_attributes') -%}
    max(case when conditions.field = '{{ attribute | lower }}'
            then 1 else 0 end) as uses_{{ attribute }}{{ ",
        " if not loop.last }}
    {%- else -%}
    0 as uses_none
    {%- endfor -%}
{%- endmacro -%}

{#- How many of the used attributes a lead has a value for. -#}
{%- macro known_used_attributes() -%}
    {%- for attribute in var('lead_attributes') -%}
    case when survivors.attribute_{{ attribute }} is null
            then 0 else used.uses_{{ attribute }} end{{ "
        + " if not loop.last }}
    {%- else -%}0{%- endfor -%}
{%- endmacro -%}

{#- How many attributes are used. -#}
{%- macro used_attributes() -%}
    {%- for attribute in var('lead_attributes') -%}
    used.uses_{{ attribute }}{{ " + " if not loop.last }}
    {%- else -%}1{%- endfor -%}
{%- endmacro -%}
