{#- A raw table as a subquery with typed columns, whatever the loader made of them:
    an integer id is text, a boolean may be text. A column that is missing is null
    (a flag: false), a missing table is empty. `texts`, `times`, `flags`, `numbers`:
    the columns of each type; `created as created_at` gives one another name.
    Camel case is found too. Rows that a history mode keeps as `_fivetran_active` =
    false are left out unless `with_history`. `attributes`: the columns of lead
    attributes by their names, such as `source_attributes` gives. -#}
{%- macro raw_table(
    source_name, name, texts=[], times=[], flags=[], numbers=[], attributes=none,
    with_history=false
) -%}
    {%- set table = source(source_name, name) -%}
    {%- set types = [
        [texts, dbt.type_string()], [times, dbt.type_timestamp()],
        [flags, dbt.type_boolean()], [numbers, lead_scoring.type_double()],
    ] -%}
    {%- set named = [] -%}
    {%- for columns, type in types -%}
        {%- for column in columns -%}
            {%- do named.append([
                column.split(' as ') | first, column.split(' as ') | last, type
            ]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set fields = lead_scoring.field_columns('lead_attributes')
        if attributes is not none else {} -%}
    {%- if execute and load_relation(table) is none -%}
        {%- set typed = {} -%}
        {%- for _, column, type in named -%}
            {%- do typed.update({column: type}) -%}
        {%- endfor -%}
        {{- return(lead_scoring.empty_table(
            typed.keys() | list + fields.values() | list, typed
        )) -}}
    {%- endif -%}
    {%- set existing = {} -%}
    {%- for column in lead_scoring.column_names(table).values() -%}
        {%- do existing.setdefault(column.name | lower | replace('_', ''), column) -%}
    {%- endfor -%}
(
        select
        {%- for column, alias, type in named %}
            {{ lead_scoring.raw_column(existing, column, type) }} as {{ alias }}
            {{- ',' if not loop.last or fields }}
        {%- endfor %}
        {%- for attribute, alias in fields.items() %}
            {{ lead_scoring.raw_attribute(existing, attributes.get(attribute)) }}
                as {{ alias }}{{ ',' if not loop.last }}
        {%- endfor %}
        from {{ table }}
        {%- if 'fivetranactive' in existing and not with_history %}
        where {{ lead_scoring.raw_column(
            existing, '_fivetran_active', dbt.type_boolean()
        ) }}
        {%- endif %}
    )
{%- endmacro -%}

{#- A column of a raw table in a type. `existing`: the columns that there are, by
    their names in lower case and without `_`; none before the first build. -#}
{%- macro raw_column(existing, name, type) -%}
    {%- set key = name | lower | replace('_', '') -%}
    {%- set column = {name | lower: existing[key]} if key in existing
        else {'': none} if existing else {} -%}
    {%- set given = lead_scoring.optional_column(column, name) -%}
    {%- set text = 'cast(' ~ given ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    {%- if type == dbt.type_boolean() -%}
        {{- return(
            'false' if given == 'null'
            else 'coalesce(' ~ given ~ ', false)' if existing
            and existing[key].dtype | lower in ['bool', 'boolean']
            else "coalesce(lower(" ~ text
            ~ ") in ('true', 't', 'yes', 'y', '1'), false)"
        ) -}}
    {%- elif type == dbt.type_timestamp() and given != 'null' -%}
        {#- the engine checks the years later -#}
        {{- return(lead_scoring.parsed_timestamp(
            given, existing[key].dtype if key in existing else '', as_stored=true
        )) -}}
    {%- elif type == lead_scoring.type_double() and given != 'null' -%}
        {{- return(lead_scoring.parsed_number(lead_scoring.trimmed_text(given))) -}}
    {%- endif -%}
    {{- return(lead_scoring.optional_column(column, name, type)) -}}
{%- endmacro -%}

{#- A column of a raw table as the text of a lead's attribute; null where there is
    none, or it says nothing. -#}
{%- macro raw_attribute(existing, name) -%}
    {%- set column = existing.get(name | lower | replace('_', '')) if name -%}
    {%- set type = column.dtype | lower if column else '' -%}
    {%- if not name or existing and not column -%}
        {{- return('cast(null as ' ~ dbt.type_string() ~ ')') -}}
    {%- endif -%}
    {%- set given = lead_scoring.optional_column(
        {name | lower: column} if column else {}, name
    ) -%}
    {{- return(lead_scoring.trimmed_text(
        lead_scoring.parsed_timestamp(given, type)
        if modules.re.search('with time zone|timestamp_?l?tz', type)
        else 'case when ' ~ lead_scoring.finite(given) ~ ' is not null then '
        ~ given ~ ' end' if modules.re.match('double|real|float|numeric', type)
        else given, lead_scoring.list_var('empty_values')
    )) -}}
{%- endmacro -%}
