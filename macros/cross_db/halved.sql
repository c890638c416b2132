{%- macro default__halved(times) -%}
power(0.5, {{ times }})
{%- endmacro -%}

{#- PostgreSQL fails on what is too small for a double, where others have 0: so
    nothing is left after 200 times, and a product of two stays large enough. -#}
{%- macro postgres__halved(times) -%}
case when {{ times }} < 200 then power(0.5, {{ times }}) else 0.0 end
{%- endmacro -%}
