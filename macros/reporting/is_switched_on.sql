{#- Whether a part is on by its var: true, false, or `demo` for in this project alone.
    `name`: reporting or routing. -#}
{%- macro is_switched_on(name) -%}
    {%- set given = var(name) | string | lower | trim -%}
    {%- if given not in ['true', 'false', 'demo'] -%}
        {{- exceptions.raise_compiler_error(
            "The var " ~ name ~ " is '" ~ given ~ "'; write true, false or demo."
        ) -}}
    {%- endif -%}
    {{- return(
        given == 'true' or given == 'demo' and project_name == 'lead_scoring'
    ) -}}
{%- endmacro -%}
