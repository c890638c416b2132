{#- Whether to judge rules by what became of leads: the var `evidence`, true or false;
    `demo` means in this project alone, not in one that installs it. -#}
{%- macro evidence_is_on() -%}
    {%- set given = var('evidence') | string | lower | trim -%}
    {%- if given not in ['true', 'false', 'demo'] -%}
        {{- exceptions.raise_compiler_error(
            "The var evidence is '" ~ given ~ "'; write true, false or demo."
        ) -}}
    {%- endif -%}
    {{- return(
        given == 'true' or given == 'demo' and project_name == 'lead_scoring'
    ) -}}
{%- endmacro -%}
