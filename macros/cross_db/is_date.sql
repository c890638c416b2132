{#- Whether a text begins with a day of the calendar, `YYYY-MM-DD`, and goes on
    as `rest`, the end of a regular expression, says. Told by its parts, since
    not every engine has a cast that does not fail. -#}
{%- macro is_date(expression, rest='') -%}
    {%- set year = 'cast(substring(' ~ expression ~ ', 1, 4) as integer)' -%}
    {%- set month = 'cast(substring(' ~ expression ~ ', 6, 2) as integer)' -%}
    {%- set day = 'cast(substring(' ~ expression ~ ', 9, 2) as integer)' -%}
case
            when not {{ lead_scoring.has_pattern(
                expression, '^[0-9]{4}-[0-9]{2}-[0-9]{2}' ~ rest ~ '$'
            ) }} then false
            when {{ year }} = 0 or {{ day }} = 0 then false
            when {{ month }} not between 1 and 12 then false
            when {{ month }} in (4, 6, 9, 11) then {{ day }} <= 30
            when {{ month }} <> 2 then {{ day }} <= 31
            when mod({{ year }}, 4) = 0
                and (mod({{ year }}, 100) <> 0 or mod({{ year }}, 400) = 0)
                then {{ day }} <= 29
            else {{ day }} <= 28
        end
{%- endmacro -%}
