{#- The var `mql_stage` in lower case, null where it is not set. -#}
{%- macro mql_stage() -%}
    {%- set given = var('mql_stage', none) | default('', true) | string -%}
nullif('{{ given | trim | lower | replace("'", "''") }}', '')
{%- endmacro -%}
