{#- What `rejected_rows` shows of a row beside its id and times. -#}
{%- macro rejected_columns(existing) -%}
    {{- lead_scoring.columns_or_nulls(
        ['lead_id', 'anonymous_id', 'event_type'], existing
    ) -}}
{%- endmacro -%}
