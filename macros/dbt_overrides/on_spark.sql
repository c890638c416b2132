{#- dbt's own words for Spark where they do not do: found before dbt's, since the
    package of a model comes first. -#}

{#- dbt's takes the delimiter for a regular expression. -#}
{%- macro spark__split_part(string_text, delimiter_text, part_number) -%}
split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }})
{%- endmacro -%}

{#- dbt's takes a table without a format for one of Delta's. -#}
{%- macro spark__persist_constraints(relation, model) -%}
    {%- if config.get('file_format') == 'delta' -%}
        {{- dbt.spark__persist_constraints(relation, model) -}}
    {%- endif -%}
{%- endmacro -%}
