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

{#- DuckDB reads an offset into a plain timestamp as if it were not there, and
    takes `infinity` and the year 202605 for times, with which it cannot count. -#}
{%- macro duckdb__parsed_timestamp(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    {%- set time -%}
case
        when regexp_matches({{ text }}, ':[0-9.]+ *[-+a-zA-Z]')
            then make_timestamp(epoch_us(
                try_cast({{ text }} as timestamp with time zone)
            ))
        else try_cast({{ expression }} as {{ dbt.type_timestamp() }})
    end
    {%- endset -%}
case
    when {{ time }} >= cast('0001-01-01' as {{ dbt.type_timestamp() }})
        and {{ time }} < cast('10000-01-01' as {{ dbt.type_timestamp() }})
        then {{ time }}
end
{%- endmacro -%}

{#- As JSON, a timestamp is in ISO form whatever the server's DateStyle. -#}
{%- macro postgres__parsed_timestamp(expression) -%}
    {{- lead_scoring.time_in_text(
        "btrim(to_jsonb(" ~ expression ~ ") #>> '{}')"
    ) -}}
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

{#- A timestamp in UTC where a text is one in ISO form, told by its pattern, for
    engines of which a cast would fail or take whatever looks like one. -#}
{%- macro time_in_text(text) -%}
    {%- set hour = '([01][0-9]|2[0-3])' -%}
    {%- set time = '([ T]' ~ hour ~ ':[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?)' -%}
    {%- set offset = ' *(Z|z|[-+]' ~ hour ~ '(:?[0-5][0-9])?)' -%}
case
    when {{ lead_scoring.is_date(text, time ~ '?') }}
        then cast({{ text }} as {{ dbt.type_timestamp() }})
    when {{ lead_scoring.is_date(text, time ~ offset) }}
        then cast(
            cast({{ text }} as timestamp with time zone) at time zone 'UTC'
            as {{ dbt.type_timestamp() }}
        )
end
{%- endmacro -%}
