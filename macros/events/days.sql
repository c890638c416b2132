{#- The day by which a delivery is kept: on which it became known, the first of
    1900 where nobody knows when that was. -#}
{%- macro day_of_load(known_at) -%}
coalesce(cast({{ known_at }} as date), cast('1900-01-01' as date))
{%- endmacro -%}

{#- What shows that a day was loaded anew, summed up over its rows: a number
    below a billion from when a row occurred and became known. -#}
{%- macro delivery_checksum() -%}
mod(
        coalesce({{ lead_scoring.epoch_microseconds('occurred_at') }}, 0)
        + 3 * coalesce({{ lead_scoring.epoch_microseconds('known_at') }}, 0),
        999999937
    )
{%- endmacro -%}

{#- The deliveries of some days, without reading the others where the source
    knows what times its files or partitions hold: hence plain comparisons of
    its columns, and apart what has no loaded_at. `days`: a CTE with load_day;
    `of_all`: whether that is every day, so that none has to be looked up. -#}
{%- macro deliveries_of(days, of_all=false) -%}
{%- set day_time = 'cast(load_day as ' ~ dbt.type_timestamp() ~ ')' -%}
select *
    from {{ ref('int_deliveries') }}
    {%- if not of_all %}
    where
        loaded_at >= (
            select min({{ day_time }}) from {{ days }}
            where load_day > cast('1900-01-01' as date)
        )
        and loaded_at < (
            select max({{ lead_scoring.time_after(day_time, 1, 'day') }}) from {{ days }}
        )
        and load_day in (select load_day from {{ days }})

    union all

    select *
    from {{ ref('int_deliveries') }}
    where
        loaded_at is null
        and load_day in (select load_day from {{ days }})
    {%- endif -%}
{%- endmacro -%}

{#- Takes the days out of `int_kept_events` that are written anew. -#}
{%- macro clear_changed_days() -%}
    {%- if is_incremental() -%}
    {{- lead_scoring.remove_rows(
        this, lead_scoring.kept_load_day() ~ ' in (select load_day from '
        ~ ref('int_changed_days') ~ ')'
    ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- Takes the days out of `int_kept_days` that are written anew, or are gone. -#}
{%- macro clear_kept_days() -%}
    {%- if is_incremental() -%}
    {{- lead_scoring.remove_rows(
        this, 'load_day in (select load_day from '
        ~ ref('int_changed_days') ~ ')'
    ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- A table as the last build left it, or an empty one before its first build and
    in a full refresh: not by `ref()`, since it is built after what asks.
    `columns`: the type of each column, by its name. -#}
{%- macro built_before(name, columns) -%}
    {{- lead_scoring.table_of_last_build(name, columns)
        or lead_scoring.empty_table(columns.keys(), columns) -}}
{%- endmacro -%}

{#- The same, or none. -#}
{%- macro table_of_last_build(name, columns) -%}
    {%- set found = namespace(relation=none) -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {%- for node in graph.get('nodes', {}).values()
            if node.resource_type == 'model' and node.name == name
            and node.package_name == 'lead_scoring' -%}
            {%- set found.relation = adapter.get_relation(
                node.database, node.schema, node.alias
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {#- one of another version of this project is built anew -#}
    {%- if found.relation and columns.keys()
        | reject('in', lead_scoring.column_names(found.relation)) | list -%}
        {%- set found.relation = none -%}
    {%- endif -%}
    {{- return(found.relation) -}}
{%- endmacro -%}

{%- macro kept_events_so_far() -%}
    {{- lead_scoring.built_before('int_kept_events', {
        'known_at': dbt.type_timestamp(),
        'signature_key': dbt.type_bigint(),
    }) -}}
{%- endmacro -%}

{%- macro signatures_so_far() -%}
    {{- lead_scoring.built_before('int_event_signatures', {
        'signature_key': dbt.type_bigint(),
    }) -}}
{%- endmacro -%}

{%- macro kept_days_so_far() -%}
    {{- lead_scoring.built_before(
        'int_kept_days', lead_scoring.kept_day_columns()
    ) -}}
{%- endmacro -%}

{#- Whether no day is kept yet, so that every day has changed. -#}
{%- macro is_first_build() -%}
    {{- return(not lead_scoring.table_of_last_build(
        'int_kept_days', lead_scoring.kept_day_columns()
    )) -}}
{%- endmacro -%}

{%- macro kept_day_columns() -%}
    {{- return({
        'load_day': 'date',
        'deliveries': dbt.type_bigint(),
        'checksum': dbt.type_bigint(),
        'signature_version': dbt.type_bigint(),
        'signatures': dbt.type_bigint(),
    }) -}}
{%- endmacro -%}

{#- Takes whoever asked to be erased out of `int_kept_events`: the rows stay with
    their times, so that the days' counts agree with the source. What stands for
    the signature says whom it was then that had asked, so that the days are read
    again where somebody does not any more. -#}
{%- macro forget_erased_events() -%}
{%- set erased = ref('int_erased_actors') -%}
{{- lead_scoring.change_rows(
    this,
    {
        'event_key': 'null',
        'actor_key': 'null',
        'signature_key': '(select ' ~ lead_scoring.erasures_version()
            ~ ' from ' ~ erased ~ ')',
    },
    'actor_key in (select actor_key from ' ~ erased ~ ')'
) -}}
{%- endmacro -%}

{%- macro is_erased(kept_events) -%}
({{ kept_events }}.signature_key is not null and {{ kept_events }}.signature_key < 0)
{%- endmacro -%}

{#- A number below 0 for all that asked to be erased: an aggregate over their
    keys. -#}
{%- macro erasures_version() -%}
cast(
            -1 - coalesce(sum(mod(abs(actor_key), 999999937)), 0)
            as {{ dbt.type_bigint() }}
        )
{%- endmacro -%}

{#- When this run of dbt began: what is kept by it is told by that. -#}
{%- macro time_of_run() -%}
cast(
        '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}'
        as {{ dbt.type_timestamp() }}
    )
{%- endmacro -%}
