{#- Ends a select whose columns cost much, behind its `from`: PostgreSQL would
    work them out again wherever a column of the view is named. `types`: the
    columns that times are read from, as `column_names` gives them; what is a
    timestamp costs nothing, and an index on it can still be used. By
    adapter.dispatch, since few models have it. -#}
{%- macro default__worked_out_once(types=none) -%}
{%- endmacro -%}

{%- macro postgres__worked_out_once(types=none) -%}
    {%- set computed = [] -%}
    {%- for time in ['loaded_at', 'occurred_at'] -%}
        {%- if not types or time not in types
            or not modules.re.match('timestamp', types[time].dtype | lower) -%}
            {%- do computed.append(time) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- 'offset 0' if computed -}}
{%- endmacro -%}
