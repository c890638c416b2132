{#- A hook after a seed, for engines whose own reader guesses what quotes a cell:
    DuckDB may take 'a' for a where a file has no double quote. -#}
{%- macro read_as_written() -%}
    {{- return(adapter.dispatch('read_as_written', 'lead_scoring')()) -}}
{%- endmacro -%}

{%- macro default__read_as_written() -%}{%- endmacro -%}

{%- macro duckdb__read_as_written() -%}
    {%- if execute %}
truncate {{ this }};
copy {{ this }} from '{{ adapter.get_seed_file_path(model) }}'
(
    format csv, header true, delimiter '{{ model.config.delimiter or ',' }}',
    quote '"', escape '"'
)
    {%- endif -%}
{%- endmacro -%}
