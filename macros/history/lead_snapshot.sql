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

{#- The same moment built again: two hooks take back what it wrote before, since
    dbt has one name for all versions of a lead that begin at one moment. -#}
{%- macro take_back_versions(snapshot) -%}
    {%- set moment = lead_scoring.moment_to_keep() -%}
    {%- if execute and load_relation(snapshot) is not none -%}
    delete from {{ snapshot }}
    where dbt_valid_from in (select scored_at from {{ moment }} as moment)
    {%- endif -%}
{%- endmacro -%}

{%- macro open_versions_again(snapshot) -%}
    {%- set moment = lead_scoring.moment_to_keep() -%}
    {%- if execute and load_relation(snapshot) is not none -%}
    update {{ snapshot }}
    set dbt_valid_to = null
    where dbt_valid_to in (select scored_at from {{ moment }} as moment)
    {%- endif -%}
{%- endmacro -%}

{#- Whoever asked to be erased, with every version and everybody who was merged
    into them. -#}
{%- macro forget_lead_versions(snapshot) -%}
delete from {{ snapshot }}
where {{ lead_scoring.text_key('lead_id') }} in (
    select actor_key from {{ ref('int_erased_actors') }}
)
{%- endmacro -%}

{#- The snapshot, or an empty table where none is kept, or none was taken yet:
    `dbt run` takes none. -#}
{%- macro lead_snapshot_table() -%}
    {%- set snapshot = ref('lead_snapshot')
        if var('keep_lead_history', false) else none -%}
    {%- if snapshot and (not execute or load_relation(snapshot)) -%}
        {{- snapshot -}}
    {%- else -%}
        {{- lead_scoring.empty_table(
            ['lead_id'] + lead_scoring.lead_field_names() + ['dbt_valid_from']
        ) -}}
    {%- endif -%}
{%- endmacro -%}
