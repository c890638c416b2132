{#- dbt asks two macros for every cell of a seed how its value is bound: half of the
    time of a build of the demo. DuckDB and others load a seed otherwise. -#}
{%- macro postgres__load_csv_rows(model, agate_table) -%}
    {%- set names = agate_table.column_names -%}
    {{- return(lead_scoring.insert_rows(
        this.render() ~ ' (' ~ get_seed_column_quoted_csv(model, names) ~ ')',
        [get_binding_char()] * names | length,
        agate_table.rows
    )) -}}
{%- endmacro -%}

{%- macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set cells = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- set type = types.get(name) or adapter.convert_type(agate_table, loop.index0) -%}
        {%- do cells.append('cast(' ~ get_binding_char() ~ ' as ' ~ type ~ ')') -%}
    {%- endfor -%}
    {{- return(lead_scoring.insert_rows(this.render(), cells, agate_table.rows)) -}}
{%- endmacro -%}

{#- Its own, in place of Spark's. -#}
{%- macro databricks__load_csv_rows(model, agate_table) -%}
    {{- return(dbt.databricks__load_csv_rows(model, agate_table)) -}}
{%- endmacro -%}

{%- macro insert_rows(table, cells, rows) -%}
    {%- set row = '(' ~ cells | join(', ') ~ ')' -%}
    {%- set shown = namespace(sql='') -%}
    {%- for chunk in rows | batch(get_batch_size()) -%}
        {%- set sql = 'insert into ' ~ table ~ ' values\n'
            ~ ([row] * chunk | length) | join(',\n') -%}
        {%- set values = [] -%}
        {%- for line in chunk -%}
            {%- do values.extend(line) -%}
        {%- endfor -%}
        {%- do adapter.add_query(sql, bindings=values, abridge_sql_log=true) -%}
        {%- set shown.sql = shown.sql or sql -%}
    {%- endfor -%}
    {{- return(shown.sql) -}}
{%- endmacro -%}
