{#- The moment of this build, and none where it is a look-back. -#}
{%- macro moment_to_keep() -%}
(
    select as_of.scored_at
    from {{ ref('int_as_of') }} as as_of
    inner join (
        select max(scored_at) as scored_at
        from {{ ref('int_published_moments') }}
    ) as newest on as_of.scored_at = newest.scored_at
)
{%- endmacro -%}

{#- A hook for the same as-of time built again: deletes the versions that began
    with it, or opens those again that ended with it, since dbt has one name for
    all versions of a lead that begin at one time. `statement`: 'delete from' or
    'update'; `column`: the column to look at. -#}
{%- macro retake_versions(snapshot, statement, column) -%}
    {%- set moment = lead_scoring.moment_to_keep() -%}
    {%- if execute and load_relation(snapshot) is not none -%}
    {{ statement }} {{ snapshot }}
    {{ 'set ' ~ column ~ ' = null' if statement == 'update' }}
    where {{ column }} in (
        select scored_at from {{ moment }} as moment
    )
    {%- endif -%}
{%- endmacro -%}

{#- The snapshot, with nulls for attributes that it lacks, since it is from before
    the var named them; or an empty table where none is kept, or none was taken
    yet: `dbt run` takes none. Without a snapshot, the history that ready-made
    sources have. -#}
{%- macro lead_snapshot_table() -%}
    {%- set snapshot = ref('lead_snapshot')
        if var('keep_lead_history', false) else none -%}
    {%- set columns = lead_scoring.field_columns('lead_attributes').values() | list -%}
    {%- if not snapshot and lead_scoring.source_models_of('changes') -%}
        {{- return(ref('int_source_history')) -}}
    {%- endif -%}
    {%- if not snapshot or (execute and not load_relation(snapshot)) -%}
        {{- return(lead_scoring.empty_table(
            ['lead_id', 'email'] + columns + ['dbt_valid_from']
        )) -}}
    {%- endif -%}
    {%- set existing = lead_scoring.column_names(snapshot) -%}
(
        select
            versions.lead_id,
            versions.email,
            {%- for column in columns %}
            {{ 'versions.' ~ column if not existing or column in existing
                else 'cast(null as ' ~ dbt.type_string() ~ ') as ' ~ column }},
            {%- endfor %}
            versions.dbt_valid_from
        from {{ snapshot }} as versions
    )
{%- endmacro -%}
