{#- A timestamp in UTC where a column of any type holds one, else null. Text
    may be an ISO date or time, with `Z` or an offset (none means UTC). -#}
{%- macro parsed_timestamp(expression) -%}
    {{- return(adapter.dispatch('parsed_timestamp', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__parsed_timestamp(expression) -%}
    {{- dbt.safe_cast(expression, dbt.type_timestamp()) -}}
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
    {%- set text = "btrim(to_jsonb(" ~ expression ~ ") #>> '{}')" -%}
    {%- set hour = '([01][0-9]|2[0-3])' -%}
    {%- set time = '([ T]' ~ hour ~ ':[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?)' -%}
    {%- set offset = ' *(Z|z|[-+]' ~ hour ~ '(:?[0-5][0-9])?)' -%}
case
    when {{ lead_scoring.is_date(text, time ~ '?') }}
        then cast({{ text }} as timestamp)
    when {{ lead_scoring.is_date(text, time ~ offset) }}
        then cast({{ text }} as timestamp with time zone) at time zone 'UTC'
end
{%- endmacro -%}
