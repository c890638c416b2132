{#- A timestamp in UTC where a column of any type holds one, else null. Text
    may be an ISO date or time, with `Z` or an offset (none means UTC). -#}
{%- macro parsed_timestamp(expression) -%}
    {{- return(adapter.dispatch('parsed_timestamp', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__parsed_timestamp(expression) -%}
    {{- dbt.safe_cast(expression, dbt.type_timestamp()) -}}
{%- endmacro -%}

{#- DuckDB reads an offset into a plain timestamp as if it were not there. -#}
{%- macro duckdb__parsed_timestamp(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
case
    when regexp_matches({{ text }}, ':[0-9.]+ *[-+a-zA-Z]')
        then make_timestamp(epoch_us(
            try_cast({{ text }} as timestamp with time zone)
        ))
    else try_cast({{ expression }} as {{ dbt.type_timestamp() }})
end
{%- endmacro -%}

{#- As JSON, a timestamp is in ISO form whatever the server's DateStyle. -#}
{%- macro postgres__parsed_timestamp(expression) -%}
    {%- set text = "btrim(to_jsonb(" ~ expression ~ ") #>> '{}')" -%}
    {{- lead_scoring.iso_timestamp(
        text, 'cast(' ~ text ~ ' as timestamp)',
        'cast(' ~ text ~ " as timestamp with time zone) at time zone 'UTC'"
    ) -}}
{%- endmacro -%}

{#- Spark reads more than ISO, but no offset behind minutes, nor a small `z`. A
    session is in UTC: see `check_session`. -#}
{%- macro spark__parsed_timestamp(expression) -%}
    {%- set text = 'btrim(cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ '))' -%}
    {{- lead_scoring.iso_timestamp(
        text, 'try_cast(' ~ text ~ ' as timestamp)',
        'try_cast(regexp_replace(upper(' ~ text
        ~ "), '^(.{13}:[0-9]{2})([^:0-9])', '$1:00$2') as timestamp)"
    ) -}}
{%- endmacro -%}

{#- What a text is as a timestamp where it is one in ISO form, else null: `plain`
    where it has no offset, else `zoned`. -#}
{%- macro iso_timestamp(text, plain, zoned) -%}
    {%- set hour = '([01][0-9]|2[0-3])' -%}
    {%- set time = '([ T]' ~ hour ~ ':[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?)' -%}
    {%- set offset = ' *(Z|z|[-+]' ~ hour ~ '(:?[0-5][0-9])?)' -%}
case
    when {{ lead_scoring.is_date(text, time ~ '?') }}
        then {{ plain }}
    when {{ lead_scoring.is_date(text, time ~ offset) }}
        then {{ zoned }}
end
{%- endmacro -%}
