{#- A timestamp in UTC where a column holds a time, else null. `type`: the column's
    type as the warehouse names it; empty where it is not known, then any type
    will do. Takes timestamps with or without a zone, dates, Unix times, and text
    in the forms that docs/inputs.md lists; a time without an offset is in UTC.
    Null outside the years 1 to 9999, infinity included; `as_stored` leaves out
    that check of timestamps, so that engines skip partitions by the column. -#}
{%- macro parsed_timestamp(expression, type='', as_stored=false) -%}
    {%- set type = type | lower -%}
    {%- set is_zoned = type and modules.re.search(
        'with time zone|timestamp_?l?tz', type
    ) -%}
    {%- if is_zoned or modules.re.match('date|timestamp', type) -%}
        {%- set time = (
            adapter.dispatch('parsed_timestamp', 'lead_scoring')(
                expression, type, is_zoned
            ) if is_zoned
            else 'cast(' ~ expression ~ ' as ' ~ dbt.type_timestamp() ~ ')'
        ) -%}
        {%- if as_stored -%}
            {{- time -}}
        {%- else -%}
case
    when {{ time }} between cast('0001-01-01' as {{ dbt.type_timestamp() }})
        and cast('9999-12-31 23:59:59.999999' as {{ dbt.type_timestamp() }})
        then {{ time }}
end
        {%- endif -%}
    {%- elif modules.re.match(
        '(tiny|small|big|huge|u)*int(?!erval)|(big)?num|dec|double|real|float', type
    ) -%}
        {{- lead_scoring.time_in_text(
            "regexp_replace(cast(case when " ~ expression ~ " between 0 and 1e17 "
            ~ "then cast(" ~ expression ~ " as decimal(28, 6)) end as "
            ~ dbt.type_string() ~ "), '[.]0+$', '')"
        ) -}}
    {%- else -%}
        {{- adapter.dispatch('parsed_timestamp', 'lead_scoring')(
            expression, type, is_zoned
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{%- macro default__parsed_timestamp(expression, type, is_zoned) -%}
    {%- if is_zoned -%}
cast({{ expression }} at time zone 'UTC' as {{ dbt.type_timestamp() }})
    {%- else -%}
        {{- lead_scoring.time_in_text(
            'upper(' ~ lead_scoring.trimmed_text(expression, composed=false) ~ ')'
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- The commonest forms by a cast that does not fail, at once. DuckDB would read an
    offset into a plain timestamp as if it were not there. -#}
{%- macro duckdb__parsed_timestamp(expression, type, is_zoned) -%}
    {%- if is_zoned -%}
make_timestamp(epoch_us({{ expression }}))
    {%- else -%}
        {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
case
    when {{ text }} like '0000%' then null
    when {{ lead_scoring.has_pattern(
        text,
        '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
        ~ '([.][0-9]{1,6})?Z?)?$'
    ) }}
        then try_cast({{ text }} as {{ dbt.type_timestamp() }})
    else {{ lead_scoring.default__parsed_timestamp(expression, type, false) }}
end
    {%- endif -%}
{%- endmacro -%}

{#- The commonest form at once, of days that every month has: a cast of others may
    fail. Of an unknown type as JSON, where a time is in ISO form whatever the
    server's DateStyle. -#}
{%- macro postgres__parsed_timestamp(expression, type, is_zoned) -%}
    {%- if is_zoned -%}
        {{- lead_scoring.default__parsed_timestamp(expression, type, is_zoned) -}}
    {%- else -%}
        {%- set text = 'cast(' ~ expression ~ ' as text)' if type
            else "(to_jsonb(" ~ expression ~ ") #>> '{}')" -%}
case
    when {{ lead_scoring.has_pattern(
        text,
        '^([1-9][0-9]{3}|0[1-9][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])[ T]'
        ~ '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?$'
    ) }}
        then cast({{ text }} as {{ dbt.type_timestamp() }})
    else {{ lead_scoring.default__parsed_timestamp(text, type, false) }}
end
    {%- endif -%}
{%- endmacro -%}

{%- macro redshift__parsed_timestamp(expression, type, is_zoned) -%}
    {{- lead_scoring.default__parsed_timestamp(expression, type, is_zoned) -}}
{%- endmacro -%}

{#- What is a time already is not sent through text, whose form and precision a
    session decides on. -#}
{%- macro snowflake__parsed_timestamp(expression, type, is_zoned) -%}
    {%- if is_zoned -%}
cast(convert_timezone('UTC', {{ expression }}) as timestamp_ntz)
    {%- elif type -%}
        {{- lead_scoring.default__parsed_timestamp(expression, type, false) -}}
    {%- else -%}
coalesce(
    as_timestamp_ntz(to_variant({{ expression }})),
    cast(convert_timezone(
        'UTC', as_timestamp_tz(to_variant({{ expression }}))
    ) as timestamp_ntz),
    cast(convert_timezone(
        'UTC', as_timestamp_ltz(to_variant({{ expression }}))
    ) as timestamp_ntz),
    cast(as_date(to_variant({{ expression }})) as timestamp_ntz),
    {{ lead_scoring.default__parsed_timestamp(
        'as_varchar(to_variant(' ~ expression ~ '))', type, false
    ) }}
)
    {%- endif -%}
{%- endmacro -%}

{#- A timestamp in UTC where a text, trimmed and in upper case, is a time in a form
    that docs/inputs.md lists, else null. Told by patterns and put together from its
    parts, since no engine's cast takes all forms, and some fail or take whatever
    looks like one. -#}
{%- macro time_in_text(text) -%}
    {%- set leap_year = (
        '([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)'
    ) -%}
    {%- set day = (
        '([0-9]{4}-?((0[13578]|1[02])-?(0[1-9]|[12][0-9]|3[01])'
        ~ '|(0[469]|11)-?(0[1-9]|[12][0-9]|30)|02-?(0[1-9]|1[0-9]|2[0-8]))'
        ~ '|' ~ leap_year ~ '-?02-?29)'
    ) -%}
    {%- set clock = (
        '(([01][0-9]|2[0-3])(:?[0-5][0-9](:?([0-5][0-9]|60)([.,][0-9]+)?)?)?'
        ~ '|24(:?00(:?00([.,]0+)?)?)?)'
    ) -%}
    {%- set zone = '( *(Z|UTC|GMT|[-+]([01][0-9]|2[0-3])( *:? *[0-5][0-9])?))?' -%}
    {%- set number = 'cast(' ~ text ~ ' as decimal(28, 6))' -%}
    {%- set digits = "replace(" ~ text ~ ", '-', '')" -%}
    {%- set behind_day = (
        "regexp_replace(" ~ text ~ ", '^[0-9]{4}-?[0-9]{2}-?[0-9]{2}[T ]*', '')"
    ) -%}
    {#- such as 100500.5 -#}
    {%- set clock_digits = (
        "translate(regexp_replace(" ~ behind_day ~ ", '[ZUG +-].*$', ''), ',:', '.')"
    ) -%}
    {#- such as +0200 -#}
    {%- set offset = (
        "translate(regexp_replace(" ~ behind_day ~ ", '^[^+-]*', ''), '+ :', '+')"
    ) -%}
    {%- set microseconds = [] -%}
    {%- for part, first, length, size in [
        (clock_digits, 1, 2, '3600000000'),
        (clock_digits, 3, 2, '60000000'),
        (clock_digits, 5, 9, '1000000'),
        (offset, 2, 2, "3600000000 * case when " ~ offset ~ " like '-%' then 1 else -1 end"),
        (offset, 4, 2, "60000000 * case when " ~ offset ~ " like '-%' then 1 else -1 end"),
    ] -%}
        {%- do microseconds.append(
            "coalesce(cast(nullif(substring(" ~ part ~ ", " ~ first ~ ", " ~ length
            ~ "), '') as decimal(9, 6)), 0) * " ~ size
        ) -%}
    {%- endfor -%}
case
    -- Unix time, in seconds, milliseconds or microseconds
    when {{ lead_scoring.has_pattern(
        text, '^(([0-9]{9,10}|[0-9]{12,13})([.][0-9]+)?|[0-9]{15,16}([.]0+)?)$'
    ) }}
        then {{ adapter.dispatch('timestamp_of', 'lead_scoring')(
            'cast(' ~ number ~ ' * case when ' ~ number
            ~ ' < 100000000000 then 1000000 when ' ~ number
            ~ ' < 100000000000000 then 1000 else 1 end as '
            ~ dbt.type_bigint() ~ ')'
        ) }}
    -- outside the years 1 to 9999, or moved there by an offset
    when {{ lead_scoring.has_pattern(
        text,
        '^(0000.*|(0001-?01-?01|9999-?12-?31).*([T ] *24|59:?60'
        ~ '|[-+](0[1-9]|1|2|00[ :]*[0-9]*[1-9])).*)$'
    ) }} then null
    when {{ lead_scoring.has_pattern(
        text, '^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})([T ].*)?$'
    ) }}
        and {{ lead_scoring.has_pattern(
            text, '^' ~ day ~ '([T ] *' ~ clock ~ zone ~ ')?$'
        ) }}
        then {{ adapter.dispatch('timestamp_of', 'lead_scoring')(
            lead_scoring.epoch_microseconds(
                "cast(substring(" ~ digits ~ ", 1, 4) || '-' || substring(" ~ digits
                ~ ", 5, 2) || '-' || substring(" ~ digits ~ ", 7, 2) as "
                ~ dbt.type_timestamp() ~ ')'
            ) ~ ' + cast(' ~ microseconds | join(' + ') ~ ' as '
            ~ dbt.type_bigint() ~ ')'
        ) }}
end
{%- endmacro -%}
