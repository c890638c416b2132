{#- Deletes from a table that is kept from build to build whatever belongs to
    whom `int_erased_actors` says to forget: for a hook of the model that keeps
    it. `key`: SQL of the key of the lead or visitor. -#}
{%- macro delete_erased(relation, key=none) -%}
delete from {{ relation }}
where {{ key or lead_scoring.text_key('lead_id') }} in (
    select actor_key from {{ ref('int_erased_actors') }}
)
{%- endmacro -%}
