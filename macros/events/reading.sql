{#- Which load days this build reads: contract section 8. The warehouse is asked
    once a model, so that the bound is a literal in its SQL and engines can skip
    partitions. -#}

{#- The value of a var that holds a whole number from 0 to `most`; stops with a
    sentence where it does not. `such_as`: an example. -#}
{%- macro whole_number_var(name, most, such_as) -%}
    {%- set given = var(name) | string | trim -%}
    {%- if not modules.re.fullmatch('[0-9]{1,9}', given) or given | int > most -%}
        {{- exceptions.raise_compiler_error(
            "The var " ~ name ~ " is '" ~ given ~ "'; write a whole number from "
            ~ "0 to " ~ most ~ ", such as " ~ such_as ~ "."
        ) -}}
    {%- endif -%}
    {{- return(given | int) -}}
{%- endmacro -%}

{#- The first load day to read, as text, `1900-01-01` for all. `to_read`: the
    model int_events_to_read. -#}
{%- macro read_from(to_read) -%}
    {%- set found = namespace(day='1900-01-01') -%}
    {%- if execute -%}
        {%- for row in run_query('select read_from from ' ~ to_read).rows -%}
            {%- set found.day = (row[0] | string)[:10] -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(found.day) -}}
{%- endmacro -%}

{#- Whether a row of `event_rows` is of a load day to read: plain comparisons of
    its times, which engines use to skip partitions. Rows without a time share
    their load day, 1900-01-01, with real ones: days up to it are always read. -#}
{%- macro is_to_read(to_read, event_rows='event_rows') -%}
    {%- set day = lead_scoring.read_from(to_read) -%}
    {%- set bound = "cast('" ~ day ~ "' as " ~ dbt.type_timestamp() ~ ')' -%}
    {%- set no_time = "cast('1900-01-02' as " ~ dbt.type_timestamp() ~ ')' -%}
    {%- if day == '1900-01-01' -%}
    1 = 1
    {%- else -%}
    (
        {{ event_rows }}.loaded_at >= {{ bound }}
        or {{ event_rows }}.loaded_at < {{ no_time }}
        or {{ event_rows }}.loaded_at is null
    )
    and (
        {{ event_rows }}.loaded_at is not null
        or {{ event_rows }}.occurred_at >= {{ bound }}
        or {{ event_rows }}.occurred_at < {{ no_time }}
        or {{ event_rows }}.occurred_at is null
    )
    {%- endif -%}
{%- endmacro -%}

{#- A hook that empties what a build reads again out of a kept table. A version
    before had views by these names, which dbt replaces. `says_so`: whether to
    tell people where everything is read again. -#}
{%- macro clear_days_to_read(relation, to_read, says_so=false) -%}
    {%- set existing = load_relation(relation) if execute and relation else none -%}
    {%- if existing and not existing.is_view -%}
        {%- set day = lead_scoring.read_from(to_read) -%}
        {%- if says_so and day == '1900-01-01' -%}
            {%- do log(
                "This build reads all events again: rules or vars use other "
                ~ "types, properties or numbers of events than before, or a "
                ~ "kept table is missing.", info=true
            ) -%}
        {%- endif -%}
        {{- lead_scoring.remove_rows(
            relation,
            '1 = 1' if day == '1900-01-01'
            else "load_day >= cast('" ~ day ~ "' as date)"
            ~ " or load_day <= cast('1900-01-01' as date)",
            'load_day'
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- A kept table as the last build left it, by its name and not by `ref`, since
    it is built later; none before its first build, in a full refresh unless it is
    `kept_for_good`, and where it lacks one of `columns`. -#}
{%- macro table_of_last_build(name, columns, kept_for_good=false) -%}
    {%- set found = namespace(relation=none) -%}
    {%- if execute and (kept_for_good or not flags.FULL_REFRESH) -%}
        {%- for node in graph.get('nodes', {}).values()
            if node.resource_type == 'model' and node.name == name
            and node.package_name == 'lead_scoring' -%}
            {%- set found.relation = adapter.get_relation(
                node.database, node.schema, node.alias
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if found.relation and columns | reject(
        'in', lead_scoring.column_names(found.relation)
    ) | list -%}
        {%- set found.relation = none -%}
    {%- endif -%}
    {{- return(found.relation) -}}
{%- endmacro -%}

{#- The counts by load day as the last build left them, or no rows where
    everything has to be read: the build is the first, a full refresh, or a kept
    table is missing. -#}
{%- macro event_counts_of_last_build() -%}
    {%- set counts = lead_scoring.table_of_last_build(
        'int_event_counts',
        ['load_day', 'newest_loaded_at', 'newest_occurred_at', 'reading_version']
    ) -%}
    {%- set kept = [
        lead_scoring.table_of_last_build('int_event_signatures', ['signature_key']),
        lead_scoring.table_of_last_build('int_events', ['event_key', 'load_day']),
        lead_scoring.table_of_last_build('int_rejected_events', ['load_day']),
    ] -%}
    {%- if counts and none not in kept -%}
        {{- counts -}}
    {%- else -%}
        {{- lead_scoring.empty_table(
            ['load_day', 'newest_loaded_at', 'newest_occurred_at', 'reading_version'],
            {
                'load_day': 'date',
                'newest_loaded_at': dbt.type_timestamp(),
                'newest_occurred_at': dbt.type_timestamp(),
                'reading_version': dbt.type_bigint(),
            }
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- The events that are kept of earlier load days than those to read, with what tells
    an event from another one with the same id. -#}
{%- macro events_before_reading(to_read) -%}
    {%- set day = lead_scoring.read_from(to_read) -%}
    {%- set events = lead_scoring.table_of_last_build(
        'int_events', ['event_key', 'load_day']
    ) -%}
    {%- if events and day != '1900-01-01' -%}
(
        select event_key, actor_key, signature_key, occurred_at from {{ events }}
        where
            load_day < cast('{{ day }}' as date)
            and load_day > cast('1900-01-01' as date)
    )
    {%- else -%}
        {{- lead_scoring.empty_table(
            ['event_key', 'actor_key', 'signature_key', 'occurred_at'],
            {
                'event_key': dbt.type_bigint(),
                'actor_key': dbt.type_bigint(),
                'signature_key': dbt.type_bigint(),
                'occurred_at': dbt.type_timestamp(),
            }
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- What of the project beside the rule tables decides how an event is kept, as
    one SQL text: vars, the SQL of stg_crm__events, and the engine, whose hashes
    may change. -#}
{%- macro reading_settings() -%}
    {%- set names = ['event_properties', 'event_measures', 'bot_click_types',
        'max_clock_skew_hours'] -%}
    {%- set settings = [] -%}
    {%- for name in names -%}
        {%- do settings.append(var(name) | tojson) -%}
    {%- endfor -%}
    {%- set models = ['stg_crm__events'] -%}
    {%- for _, model in lead_scoring.source_models_of('events') -%}
        {%- do models.append(model) -%}
    {%- endfor -%}
    {%- if models | length > 1 -%}
        {%- do settings.append(var('late_days') ~ models | join(' ')) -%}
    {%- endif -%}
    {%- for node in graph.get('nodes', {}).values() | sort(attribute='name')
        if node.resource_type == 'model' and node.name in models -%}
        {%- do settings.append(node.checksum.checksum) -%}
    {%- endfor -%}
    {{- "'" ~ settings | join(' ') | replace("'", "''") ~ "' || "
        ~ adapter.dispatch('engine_version', 'lead_scoring')() -}}
{%- endmacro -%}
