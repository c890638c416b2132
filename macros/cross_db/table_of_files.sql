{#- Files in place of a raw table, as the var `raw_files` names them: CSV, Parquet or
    JSON, paths or globs. `name`: the table, such as leads; `given`: a path, a list of
    them, or {files: ..., and options of DuckDB's reader, such as encoding}. -#}
{%- macro table_of_files(name, given) -%}
    {{- return(adapter.dispatch('table_of_files', 'lead_scoring')(name, given)) -}}
{%- endmacro -%}

{%- macro default__table_of_files(name, given) -%}
    {{- exceptions.raise_compiler_error(
        "The var raw_files works on DuckDB alone, which reads files itself. Type "
        ~ "`leadscore load FOLDER --schema crm` to load them into this warehouse, and "
        ~ "remove the var."
    ) -}}
{%- endmacro -%}

{%- macro duckdb__table_of_files(name, given) -%}
    {%- set options = given if given is mapping else {'files': given} -%}
    {%- set files = options.get('files') -%}
    {%- set files = [files] if files is string else files or [] -%}
    {%- set readers = {
        'csv': 'read_csv', 'tsv': 'read_csv', 'txt': 'read_csv',
        'parquet': 'read_parquet', 'json': 'read_json', 'ndjson': 'read_json',
        'jsonl': 'read_json',
    } -%}
    {%- set found = [] -%}
    {%- set paths = [] -%}
    {%- for file in files -%}
        {%- set ending = modules.re.sub('^.*[.]', '', modules.re.sub(
            '[.]gz$', '', file | string | lower
        )) -%}
        {%- set reader = readers.get(ending) -%}
        {%- set path = "'" ~ (file | string | replace("'", "''")) ~ "'" -%}
        {%- set is_missing = reader and execute
            and run_query("select 1 from glob(" ~ path ~ ") limit 1").rows
            | length == 0 and '://' not in file -%}
        {%- if not reader or is_missing -%}
            {{- exceptions.raise_compiler_error(
                "The var raw_files names " ~ file ~ " for " ~ name ~ ", "
                ~ ("but there is no such file. A path without a / at its start is "
                ~ "taken from the folder in which dbt runs." if reader
                else "which does not end in " ~ readers | join(", ")
                ~ ". Other files, such as Excel's, take `leadscore load FOLDER "
                ~ "--schema crm`.")
            ) -}}
        {%- endif -%}
        {%- do found.append(reader) -%}
        {%- do paths.append(path) -%}
    {%- endfor -%}
    {%- if found | unique | list | length != 1 -%}
        {{- exceptions.raise_compiler_error(
            "The var raw_files has " ~ (given or 'nothing') ~ " for " ~ name
            ~ "; write a path, or a list of paths of one kind."
        ) -}}
    {%- endif -%}
    {%- set told = {'union_by_name': true} -%}
    {%- if found[0] == 'read_csv' -%}
        {%- do told.update({'header': true, 'all_varchar': true}) -%}
    {%- endif -%}
    {%- for option, value in options.items() if option != 'files' -%}
        {%- if not modules.re.fullmatch('[a-z_]+', option) -%}
            {{- exceptions.raise_compiler_error(
                "The var raw_files has the option " ~ option ~ " for " ~ name
                ~ "; use files and options of DuckDB's " ~ found[0] ~ "."
            ) -}}
        {%- endif -%}
        {%- do told.update({option: value}) -%}
    {%- endfor -%}
    {%- set texts = [] -%}
    {%- for option, value in told.items() -%}
        {%- do texts.append(option ~ ' = ' ~ (
            "'" ~ (value | replace("'", "''")) ~ "'" if value is string else value
        )) -%}
    {%- endfor -%}
    {{- return(api.Relation.create(
        database=target.database, schema=target.schema, identifier=name,
        external='(select * from ' ~ found[0] ~ '([' ~ paths | join(', ') ~ '], '
        ~ texts | join(', ') ~ '))'
    )) -}}
{%- endmacro -%}
