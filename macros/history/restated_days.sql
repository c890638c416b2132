{#- The days from the var `restate_from` to `restate_to`, both included, as a
    list of texts; none where they are not set. -#}
{%- macro days_to_restate() -%}
    {%- set given = [] -%}
    {%- for name in ['restate_from', 'restate_to'] -%}
        {%- set text = var(name, none) | default('', true) | string | trim -%}
        {%- if text and not modules.re.match(
            '^(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$', text
        ) -%}
            {{- exceptions.raise_compiler_error(
                "The var " ~ name ~ " is '" ~ text ~ "', which is not a valid "
                ~ "date; use YYYY-MM-DD."
            ) -}}
        {%- endif -%}
        {%- do given.append(
            text and modules.datetime.datetime.strptime(text, '%Y-%m-%d')
        ) -%}
    {%- endfor -%}
    {%- set first, last = given -%}
    {%- set days = [] -%}
    {%- if first and last and (last - first).days > 365 -%}
        {{- exceptions.raise_compiler_error(
            "The vars restate_from and restate_to ask for "
            ~ ((last - first).days + 1) ~ " days; use at most 366 in a build."
        ) -}}
    {%- elif first and last and first <= last -%}
        {%- for number in range((last - first).days + 1) -%}
            {%- set day = first + modules.datetime.timedelta(days=number) -%}
            {%- do days.append(day.strftime('%Y-%m-%d')) -%}
        {%- endfor -%}
    {%- elif first or last -%}
        {{- exceptions.raise_compiler_error(
            "Set both vars, restate_from to the first day to score again and "
            ~ "restate_to to the last one."
        ) -}}
    {%- endif -%}
    {{- return(days) -}}
{%- endmacro -%}
