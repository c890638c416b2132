{#- A table by a name that a view beside it can be read with wherever its
    database is: `relation` is a ref. -#}
{%- macro beside(relation) -%}
    {{- return(adapter.dispatch('beside', 'lead_scoring')(relation)) -}}
{%- endmacro -%}

{%- macro default__beside(relation) -%}
    {{- return(relation) -}}
{%- endmacro -%}

{#- A DuckDB file is a catalog, whose name is the file's or what the reader
    attaches it as; a view with that in it breaks when either changes. -#}
{%- macro duckdb__beside(relation) -%}
    {{- return(relation.include(database=false)) -}}
{%- endmacro -%}
