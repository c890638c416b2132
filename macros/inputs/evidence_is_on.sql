{#- Whether to judge rules by what became of leads: the var `evidence`, true or false;
    `demo` means in this project alone, not in one that installs it. Stops with a
    sentence where a var of naive Bayes cannot be. -#}
{%- macro evidence_is_on() -%}
    {%- set given = var('evidence') | string | lower | trim -%}
    {%- if given not in ['true', 'false', 'demo'] -%}
        {{- exceptions.raise_compiler_error(
            "The var evidence is '" ~ given ~ "'; write true, false or demo."
        ) -}}
    {%- endif -%}
    {%- set smoothing = var('evidence_smoothing') | string | trim -%}
    {%- if not modules.re.fullmatch('[0-9]{1,9}([.][0-9]{1,9})?', smoothing)
        or smoothing | float == 0 -%}
        {{- exceptions.raise_compiler_error(
            "The var evidence_smoothing is '" ~ smoothing ~ "'; write a number "
            ~ "above 0, such as 0.1."
        ) -}}
    {%- endif -%}
    {%- set partition = var('evidence_partition') or '' -%}
    {%- if partition and partition | lower
        not in lead_scoring.field_columns('lead_attributes') -%}
        {{- exceptions.raise_compiler_error(
            "The var evidence_partition is '" ~ partition ~ "', which the var "
            ~ "lead_attributes does not name; use one of: "
            ~ lead_scoring.field_columns('lead_attributes') | join(', ') ~ "."
        ) -}}
    {%- endif -%}
    {{- return(
        given == 'true' or given == 'demo' and project_name == 'lead_scoring'
    ) -}}
{%- endmacro -%}
