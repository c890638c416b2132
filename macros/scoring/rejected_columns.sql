{#- What `rejected_rows` shows of a row beside its id and times: the columns
    that its input has, the others as nulls. -#}
{%- macro rejected_columns(existing) -%}
    {%- for column in ['lead_id', 'anonymous_id', 'event_type'] -%}
        {%- if column in existing -%}
            {{- column -}}
        {%- else -%}
            cast(null as {{ dbt.type_string() }}) as {{ column }}
        {%- endif -%}
        {{- ",
        " if not loop.last -}}
    {%- endfor -%}
{%- endmacro -%}
