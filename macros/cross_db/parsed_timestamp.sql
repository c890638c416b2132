{#- A timestamp in UTC where a column of any type holds one, else null. Text
    may be an ISO date or time, with `Z` or an offset (none means UTC). -#}
{%- macro parsed_timestamp(expression) -%}
    {{- return(adapter.dispatch('parsed_timestamp', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__parsed_timestamp(expression) -%}
    {%- set text = 'trim(cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ '))' -%}
    {{- lead_scoring.time_in_text(text) -}}
{%- endmacro -%}

{#- A BigQuery `timestamp` is a moment, and text without an offset is UTC. -#}
{%- macro bigquery__parsed_timestamp(expression) -%}
safe_cast({{ expression }} as timestamp)
{%- endmacro -%}

{#- DuckDB has a cast that does not fail, but reads an offset into a plain
    timestamp as if it were not there, and takes much for a time that is none. -#}
{%- macro duckdb__parsed_timestamp(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
case
    when {{ text }} like '0000%' or not {{ lead_scoring.has_pattern(
        text, '^ *[0-9]{4}-[0-9]{2}-[0-9]{2}(' ~ lead_scoring.time_of_day()
        ~ '(' ~ lead_scoring.utc_offset() ~ ')?)? *$'
    ) }} then null
    when regexp_matches({{ text }}, ':[0-9.]+ *[-+zZ]')
        then make_timestamp(epoch_us(
            try_cast({{ text }} as timestamp with time zone)
        ))
    else try_cast({{ expression }} as {{ dbt.type_timestamp() }})
end
{%- endmacro -%}

{#- A timestamp is taken as it is, since to look at its text costs more than all
    else. The rest as JSON, where a time is in ISO form whatever the server's
    DateStyle. -#}
{%- macro postgres__parsed_timestamp(expression) -%}
    {%- set time = 'cast(cast(' ~ expression ~ ' as text) as timestamp)' -%}
case
    when pg_typeof({{ expression }}) = cast('timestamp' as regtype)
        then case
            when {{ time }} between timestamp '0001-01-01'
                and timestamp '9999-12-31 23:59:59.999999'
                then {{ time }}
        end
    else {{ lead_scoring.time_in_text(
        "btrim(to_jsonb(" ~ expression ~ ") #>> '{}')"
    ) }}
end
{%- endmacro -%}

{%- macro redshift__parsed_timestamp(expression) -%}
    {{- lead_scoring.default__parsed_timestamp(expression) -}}
{%- endmacro -%}

{#- What is a time already is not sent through text, whose form and precision a
    session decides on. -#}
{%- macro snowflake__parsed_timestamp(expression) -%}
coalesce(
    as_timestamp_ntz(to_variant({{ expression }})),
    cast(convert_timezone(
        'UTC', as_timestamp_tz(to_variant({{ expression }}))
    ) as timestamp_ntz),
    cast(convert_timezone(
        'UTC', as_timestamp_ltz(to_variant({{ expression }}))
    ) as timestamp_ntz),
    cast(as_date(to_variant({{ expression }})) as timestamp_ntz),
    {{ lead_scoring.time_in_text(
        'trim(as_varchar(to_variant(' ~ expression ~ ')))'
    ) }}
)
{%- endmacro -%}

{#- Spark's cast takes more than ISO, but no offset behind minutes, nor a small
    `z`. A session is in UTC: see `check_session`. -#}
{%- macro spark__parsed_timestamp(expression) -%}
    {%- set text = 'upper(btrim(cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')))' -%}
case
    when {{ lead_scoring.is_date(
        text, '(' ~ lead_scoring.time_of_day() ~ '(' ~ lead_scoring.utc_offset()
        ~ ')?)?'
    ) }}
        then try_cast(regexp_replace(
            {{ text }}, '^(.{13}:[0-9]{2})([^:0-9])', '$1:00$2'
        ) as {{ dbt.type_timestamp() }})
end
{%- endmacro -%}

{#- A timestamp in UTC where a text is one in ISO form, told by its pattern, for
    engines of which a cast would fail or take whatever looks like one. -#}
{%- macro time_in_text(text) -%}
    {%- set time = lead_scoring.time_of_day() -%}
case
    when {{ lead_scoring.is_date(text, '(' ~ time ~ ')?') }}
        then cast({{ text }} as {{ dbt.type_timestamp() }})
    when {{ lead_scoring.is_date(text, time ~ lead_scoring.utc_offset()) }}
        then cast(
            cast({{ text }} as timestamp with time zone) at time zone 'UTC'
            as {{ dbt.type_timestamp() }}
        )
end
{%- endmacro -%}

{#- The rest of an ISO time, as patterns. -#}
{%- macro time_of_day() -%}
[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?
{%- endmacro -%}

{%- macro utc_offset() -%}
[ ]*([zZ]|[-+]([01][0-9]|2[0-3])(:?[0-5][0-9])?)
{%- endmacro -%}
