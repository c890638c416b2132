{#- The days from the var `restate_from` to `restate_to`, both included, as a
    list of texts; none where they are not set. -#}
{%- macro days_to_restate() -%}
    {%- set first = lead_scoring.restated_day('restate_from') -%}
    {%- set last = lead_scoring.restated_day('restate_to') -%}
    {%- set days = [] -%}
    {%- if first and last and (last - first).days > 365 -%}
        {{- exceptions.raise_compiler_error(
            "The vars restate_from and restate_to ask for "
            ~ ((last - first).days + 1) ~ " days; one build restates up to 366."
        ) -}}
    {%- elif first and last and first <= last -%}
        {%- for number in range((last - first).days + 1) -%}
            {%- set day = first + modules.datetime.timedelta(days=number) -%}
            {%- do days.append(day.strftime('%Y-%m-%d')) -%}
        {%- endfor -%}
    {%- elif first or last -%}
        {{- exceptions.raise_compiler_error(
            "The vars restate_from and restate_to belong together: the first "
            ~ "and the last day to score again."
        ) -}}
    {%- endif -%}
    {{- return(days) -}}
{%- endmacro -%}

{#- The same days as rows. -#}
{%- macro restated_days() -%}
    {%- for day in lead_scoring.days_to_restate() -%}
    select cast('{{ day }}' as date) as scored_on
        {%- if not loop.last %}
    union all
    {% endif -%}
    {%- else -%}
    select cast(null as date) as scored_on
    where 1 = 0
    {%- endfor -%}
{%- endmacro -%}

{#- One of the two vars as a day of Python's, none where it is not set. -#}
{%- macro restated_day(name) -%}
    {%- set given = var(name, none) | default('', true) | string | trim -%}
    {%- set shape = modules.re.match(
        '^(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$', given
    ) -%}
    {%- if given and not shape -%}
        {{- exceptions.raise_compiler_error(
            "The var " ~ name ~ " is '" ~ given ~ "', which is no day. Write it "
            ~ "as 2026-06-30."
        ) -}}
    {%- endif -%}
    {{- return(
        given and modules.datetime.datetime.strptime(given, '%Y-%m-%d')
    ) -}}
{%- endmacro -%}
