{#- Streams of events: who a visitor is. -#}

{#- The sources that are switched on and have the tables of Segment. -#}
{%- macro streams_like_segment() -%}
    {{- return(
        lead_scoring.list_var('sources') | select('in', ['segment', 'rudderstack'])
        | list
    ) -}}
{%- endmacro -%}

{#- A visitor, or the user where a server sends what nobody's browser did. -#}
{%- macro visitor_or_user(visitor_id, user_id) -%}
coalesce({{ visitor_id }}, 'user ' || {{ user_id }})
{%- endmacro -%}

{#- A parameter of an event in the export of Google Analytics 4. -#}
{%- macro ga4_parameter(name) -%}
(
            select value.string_value from unnest(event_params)
            where key = '{{ name }}' limit 1
        )
{%- endmacro -%}

{#- The records by what streams call a user, by the var `user_id_is`: the id of the
    record in its source, an `email`, or an attribute. Without a source that has
    records, users are leads of stg_crm__leads by their ids. -#}
{%- macro users_of_records() -%}
    {%- set kind = var('user_id_is') | string | trim | lower -%}
    {%- set fields = lead_scoring.field_columns('lead_attributes') -%}
    {%- set has_records = lead_scoring.source_models_of('records') != [] -%}
    {%- if kind not in ['record_id', 'email'] and kind not in fields
        or kind != 'record_id' and not has_records -%}
        {{- exceptions.raise_compiler_error(
            "The var user_id_is is '" ~ kind ~ "'; write record_id"
            ~ (", email or one of the lead_attributes." if has_records
            else ", since none of the sources has people.")
        ) -}}
    {%- endif -%}
    {%- if not has_records -%}
    select distinct user_id, user_id as record_id, 1 as place from links
    {%- elif kind == 'email' -%}
    select distinct links.user_id, addresses.record_id, 1 as place
    from links
    inner join {{ ref('int_addresses') }} as addresses
        on {{ lead_scoring.visitor_of('links.user_id') }} = addresses.anonymous_id
    {%- else -%}
    select
        {{ fields.get(kind, 'source_record_id') }} as user_id,
        record_id,
        source_rank * 10 + trust as place
    from {{ ref('int_records') }}
    where {{ fields.get(kind, 'source_record_id') }} is not null
    union all
    select record_id as user_id, record_id, 0 as place
    from {{ ref('int_records') }}
    {%- endif -%}
{%- endmacro -%}
