{#- The var `as_of` as a timestamp in UTC; null where it is not set. Takes ISO
    text, a date or a time with or without an offset (none means UTC). -#}
{%- macro as_of() -%}
    {%- set given = var('as_of', none) | default('', true) | string | trim -%}
    {%- if not given -%}
        cast(null as {{ dbt.type_timestamp() }})
    {%- else -%}
        {%- set shape = modules.re.match(
            '^(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])'
            ~ '([T ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d([.]\\d{1,6})?)?'
            ~ '(Z|[+-]([01]\\d|2[0-3]):?[0-5]\\d)?)?$', given
        ) -%}
        {%- set month = shape and modules.datetime.datetime(
            shape.group(1) | int, shape.group(2) | int, 1
        ) -%}
        {%- set day = shape and month + modules.datetime.timedelta(
            days=(shape.group(3) | int) - 1
        ) -%}
        {%- if not shape or day.month != month.month -%}
            {{- exceptions.raise_compiler_error(
                "The var as_of is '" ~ given ~ "', which is not a valid time; "
                ~ "use YYYY-MM-DD or 'YYYY-MM-DD HH:MM:SS' (UTC)."
            ) -}}
        {%- endif -%}
        {%- set moment = modules.datetime.datetime.fromisoformat(given) -%}
        {%- if moment.tzinfo -%}
            {%- set moment = moment.astimezone(modules.pytz.utc) -%}
        {%- endif -%}
        cast(
            '{{ moment.strftime("%Y-%m-%d %H:%M:%S.%f") }}'
            as {{ dbt.type_timestamp() }}
        )
    {%- endif -%}
{%- endmacro -%}
