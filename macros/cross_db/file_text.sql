{#- The text of a file in a list, which is empty where this warehouse can't read
    the project's files. `path`: text. dbt itself stops at one that is not UTF-8. -#}
{%- macro file_text(path) -%}
    {{- return(adapter.dispatch('file_text', 'lead_scoring')(path)) -}}
{%- endmacro -%}

{%- macro default__file_text(path) -%}{{- return([]) -}}{%- endmacro -%}

{%- macro duckdb__file_text(path) -%}
    {#- DuckDB takes these for a pattern of names -#}
    {%- set name = modules.re.sub('([*?[])', '[\\1]', path) -%}
    {{- return(run_query(
        "select decode(content) as text from read_blob('"
        ~ name | replace("'", "''") ~ "')"
    ).columns[0].values() | list) -}}
{%- endmacro -%}
