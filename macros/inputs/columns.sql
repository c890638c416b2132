{#- A relation's columns by their names in lower case; empty where it does not
    exist yet, as in unit tests and before the first build, or is a subquery. -#}
{%- macro column_names(relation) -%}
    {%- set columns = {} -%}
    {%- if execute and relation is not string -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do columns.update({column.name | lower: column}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(columns) -}}
{%- endmacro -%}

{#- The columns of `relation` that `needed` names, without case, as SQL. Stops with
    a sentence that names every one that it lacks. `called`: what people call the
    relation; `hint`: what to do about it. -#}
{%- macro columns_of(relation, needed, called, hint='') -%}
    {%- set existing = lead_scoring.column_names(relation) -%}
    {%- set missing = needed | map('lower') | reject('in', existing) | list -%}
    {%- if existing and missing -%}
        {{- exceptions.raise_compiler_error(
            called ~ " lacks the column" ~ ("s " if missing | length > 1 else " ")
            ~ missing | join(", ") ~ ". It has: " ~ existing | join(", ")
            ~ "." ~ hint
        ) -}}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for name in needed -%}
        {%- do columns.append(lead_scoring.optional_column(existing, name)) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro -%}

{#- A column by its name in quotes, since it may be a reserved word or have blanks,
    cast to a type if there is one, a time to UTC whichever type it has; `missing`
    where the relation does not have it. `existing`: as `column_names` gives it;
    `table`: its name and a dot, if it takes one. -#}
{%- macro optional_column(existing, name, type=none, missing='null', table='') -%}
    {%- set column = existing.get(name | lower) -%}
    {%- set sql = missing if existing and not column
        else table ~ (column.quoted if column else adapter.quote(name | lower)) -%}
    {%- if type == dbt.type_timestamp() and sql != missing -%}
        {{- return(lead_scoring.parsed_timestamp(
            sql, column.dtype if column else ''
        )) -}}
    {%- endif -%}
    {{- return('cast(' ~ sql ~ ' as ' ~ type ~ ')' if type else sql) -}}
{%- endmacro -%}

{#- The value of a var that holds a list, without blanks around its texts; stops
    with a sentence where it does not hold one. -#}
{%- macro list_var(name) -%}
    {%- set given = var(name) -%}
    {%- set items = [] -%}
    {%- if given is string or given is mapping or given is number -%}
        {%- set text = given | string | trim -%}
        {{- exceptions.raise_compiler_error(
            "The var " ~ name ~ " is '" ~ text ~ "', which is not a list; write "
            ~ name ~ ": [" ~ (text or "") ~ "]."
        ) -}}
    {%- endif -%}
    {%- for item in given or [] -%}
        {#- YAML takes an unquoted null for nothing -#}
        {%- do items.append('null' if item is none else item | string | trim) -%}
    {%- endfor -%}
    {{- return(items) -}}
{%- endmacro -%}

{#- The columns in which the engine holds what vars list, by the name that
    conditions know: in lower case. The arguments: lead_attributes, event_properties,
    event_measures or attribute_tables. A prefix keeps them apart from columns of ours, and what no
    plain name can hold is left out of it, so that a digest has to tell it from
    others. Stops with a sentence where a name cannot be used. -#}
{%- macro field_columns() -%}
    {%- set ours = [
        'event_id', 'lead_id', 'anonymous_id', 'event_type', 'occurred_at',
        'loaded_at',
    ] -%}
    {%- set of_leads = [
        'lead_id', 'merged_into_lead_id', 'created_at', 'updated_at', 'merged_at',
        'email_domain', 'outcome', 'days_since_outcome', 'days_since_created',
        'days_since_last_event',
    ] -%}
    {%- set kinds = {
        'lead_attributes': ['attribute_', none, of_leads],
        'attribute_tables': [
            'outside_', 'lead_attributes', of_leads + ['email', 'known_at'],
        ],
        'event_properties': ['property_', 'event_measures', ours],
        'event_measures': ['measure_', 'event_properties', ours],
    } -%}
    {%- set columns = {} -%}
    {%- for variable in varargs -%}
        {%- set prefix, other, taken = kinds[variable] -%}
        {%- set others = lead_scoring.list_var(other) | map('lower') | list
            if other else [] -%}
        {%- set seen = {} -%}
        {%- set names = lead_scoring.list_var(variable) -%}
        {%- if variable == 'attribute_tables' and names -%}
            {%- set names = [] -%}
            {%- for table in var(variable) -%}
                {%- if table is not mapping or not table.get('model')
                    or table.get('attributes') is string
                    or not table.get('attributes')
                    or table.get('by') not in ['lead_id', 'email_domain'] -%}
                    {{- exceptions.raise_compiler_error(
                        "The var attribute_tables has the entry '" ~ table
                        ~ "'; write {model: name, by: lead_id or email_domain, "
                        ~ "attributes: [name, ...]}."
                    ) -}}
                {%- endif -%}
                {%- do names.extend(table.attributes) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- for name in names -%}
            {%- set field = name | lower -%}
            {%- set wrong = "names a column without a name; remove it"
                if not name
                else "names " ~ name ~ " twice, since case makes no difference; "
                ~ "remove one" if field in seen
                else "names " ~ name ~ ", which is a column that the engine reads "
                ~ "itself; remove it, or give it another name in staging"
                if field in taken
                else "names " ~ name ~ ", and so does the var " ~ other
                ~ "; remove it from one of them" if field in others
                else "names " ~ name ~ ", which has a quote, a backslash or a "
                ~ "line end in it; give it another name in staging"
                if not modules.re.fullmatch('[^\'"`\\\\\\x00-\\x1f]+', field)
            -%}
            {%- if wrong -%}
                {{- exceptions.raise_compiler_error(
                    "The var " ~ variable ~ " " ~ wrong ~ "."
                ) -}}
            {%- endif -%}
            {%- do seen.update({field: true}) -%}
            {%- set is_plain = modules.re.fullmatch('[a-z0-9_]{1,50}', field) -%}
            {%- do columns.update({field: prefix ~ (
                field if is_plain
                else modules.re.sub('[^a-z0-9]+', '_', field)[:40] ~ '_'
                ~ local_md5(field)[:8]
            )}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro -%}
