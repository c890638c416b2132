{#- A time that people write with the day or the month first, such as
    `31.12.2025 18:30` or `12/31/25, 6:30 PM`, as ISO text, which the engine reads. What
    is none stays as it is, so that the engine rejects it and shows it. For staging
    models:

        {{ lead_scoring.time_from_text('created', 'mdy') }} as created_at

    `form`: `dmy`, `mdy`, `ymd`, or `excel` for the days that Excel counts. -#}
{%- macro time_from_text(expression, form) -%}
    {%- if form not in ['dmy', 'mdy', 'ymd', 'excel'] -%}
        {{- exceptions.raise_compiler_error(
            "time_from_text does not know the form '" ~ form
            ~ "'; use dmy, mdy, ymd or excel."
        ) -}}
    {%- endif -%}
    {%- set text = "upper(" ~ dbt.replace(
        lead_scoring.trimmed_text(expression), "','", "''"
    ) ~ ")" -%}
    {%- set string = dbt.type_string() -%}
    {%- set day = "translate(" ~ lead_scoring.text_part(text, "' '", 1)
        ~ ", './', '--')" -%}
    {#- the places of year, month and day -#}
    {%- set places = {'dmy': [3, 2, 1], 'mdy': [3, 1, 2]}.get(form, [1, 2, 3]) -%}
    {%- set year = lead_scoring.text_part(day, "'-'", places[0]) -%}
    {%- set clock = "trim(substring(" ~ text ~ ", length("
        ~ lead_scoring.text_part(text, "' '", 1) ~ ") + 2))" -%}
    {%- set digits = "translate(" ~ clock ~ ", 'APM. ', '')" -%}
    {%- set hour = "cast(nullif(" ~ lead_scoring.text_part(digits, "':'", 1)
        ~ ", '') as " ~ dbt.type_int() ~ ")" -%}
    {%- set year_pattern = '([0-9]{4}|[0-9]{2})' -%}
    {%- set days = '[0-9]{1,2}[./-][0-9]{1,2}' -%}
case
    {%- if form == 'excel' %}
    when {{ lead_scoring.has_pattern(text, '^[0-9]{5}([.][0-9]+)?$') }}
        then cast({{ adapter.dispatch('timestamp_of', 'lead_scoring')(
            'cast(round((cast(' ~ text ~ ' as ' ~ lead_scoring.type_double()
            ~ ') - 25569) * 86400) as ' ~ dbt.type_bigint() ~ ') * 1000000'
        ) }} as {{ string }})
    {%- else %}
    when {{ lead_scoring.has_pattern(
        text,
        '^(' ~ (
            year_pattern ~ '[./-]' ~ days if form == 'ymd'
            else days ~ '[./-]' ~ year_pattern
        ) ~ ')( +[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( *[AP][.]?M[.]?)?)?$'
    ) }}
        then case when length({{ year }}) = 2 then '20' else '' end || {{ year }}
            || '-' || lpad({{ lead_scoring.text_part(day, "'-'", places[1]) }}, 2, '0')
            || '-' || lpad({{ lead_scoring.text_part(day, "'-'", places[2]) }}, 2, '0')
            || case
                when {{ clock }} = '' then ''
                else ' ' || lpad(
                    cast(
                        case
                            when {{ clock }} like '%P%' then mod({{ hour }}, 12) + 12
                            when {{ clock }} like '%A%' then mod({{ hour }}, 12)
                            else {{ hour }}
                        end as {{ string }}
                    ), 2, '0'
                )
                || ':' || {{ lead_scoring.text_part(digits, "':'", 2) }}
                || ':' || coalesce(nullif(
                    {{ lead_scoring.text_part(digits, "':'", 3) }}, ''
                ), '00')
            end
    {%- endif %}
    else {{ lead_scoring.trimmed_text(expression) }}
end
{%- endmacro -%}
