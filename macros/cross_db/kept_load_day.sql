{#- The day by which a row of `int_kept_events` is kept: told by its time, or a
    column where the table is parted by it. -#}
{%- macro kept_load_day() -%}
    {{- return(adapter.dispatch('kept_load_day', 'lead_scoring')()) -}}
{%- endmacro -%}

{%- macro default__kept_load_day() -%}
    {{- lead_scoring.day_of_load('known_at') -}}
{%- endmacro -%}

{%- macro spark__kept_load_day() -%}load_day{%- endmacro -%}

{%- macro bigquery__kept_load_day() -%}load_day{%- endmacro -%}

{#- That column, with a comma before it, where there is one. -#}
{%- macro and_load_day(known_at) -%}
    {{- return(adapter.dispatch('and_load_day', 'lead_scoring')(known_at)) -}}
{%- endmacro -%}

{%- macro default__and_load_day(known_at) -%}{%- endmacro -%}

{%- macro spark__and_load_day(known_at) -%}
,
    {{ lead_scoring.day_of_load(known_at) }} as load_day
{%- endmacro -%}

{%- macro bigquery__and_load_day(known_at) -%}
    {{- lead_scoring.spark__and_load_day(known_at) -}}
{%- endmacro -%}
