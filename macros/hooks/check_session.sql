{#- Stops where a session reads times in another zone than UTC: a hook of one
    model, by adapter.dispatch. -#}
{%- macro default__check_session() -%}{%- endmacro -%}

{#- A timestamp of Spark's is one of the session's zone. -#}
{%- macro spark__check_session() -%}
    {%- if execute -%}
    {%- for zone, is_utc in run_query(
        "select current_timezone(), "
        ~ "unix_micros(cast('2026-01-01' as timestamp)) = 1767225600000000 "
        ~ "and unix_micros(cast('2026-07-01' as timestamp)) = 1782864000000000"
    ).rows if not is_utc -%}
        {{- exceptions.raise_compiler_error(
            "Spark's sessions are in the time zone " ~ zone ~ ", but all times "
            ~ "here are in UTC. Set spark.sql.session.timeZone to UTC for the "
            ~ "server, or in profiles.yml: server_side_parameters: "
            ~ "{'set:spark.sql.session.timeZone': UTC}"
        ) -}}
    {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
