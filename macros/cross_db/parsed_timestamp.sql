{#- A timestamp in UTC where a column of any type holds one, else null. Text
    may be an ISO date or time, with `Z` or an offset (none means UTC). -#}
{%- macro parsed_timestamp(expression) -%}
    {{- return(adapter.dispatch('parsed_timestamp', 'lead_scoring')(expression)) -}}
{%- endmacro -%}

{%- macro default__parsed_timestamp(expression) -%}
    {{- lead_scoring.safe_cast(expression, dbt.type_timestamp()) -}}
{%- endmacro -%}
