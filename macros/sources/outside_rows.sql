{#- The rows of a table that the var `attribute_tables` names: what they are joined
    by as `key_value`, the attributes as texts, and from when each row was known,
    which is always where `known_at` is missing. `table`: the entry of the var. -#}
{%- macro outside_rows(relation, table) -%}
    {%- do lead_scoring.columns_of(
        relation, [table.by] + table.attributes, table.model
    ) -%}
    {%- set existing = lead_scoring.column_names(relation) -%}
    {%- set columns = lead_scoring.field_columns('attribute_tables') -%}
    {%- set text = dbt.type_string() -%}
    {%- set known_at = lead_scoring.optional_column(
        existing, 'known_at', dbt.type_timestamp()
    ) -%}
    {%- set key = lead_scoring.optional_column(existing, table.by, text) -%}
select
        {{ lead_scoring.given_id(key) if table.by == 'lead_id'
            else lead_scoring.lowered(lead_scoring.trimmed_text(key)) }} as key_value,
        {% for name in table.attributes -%}
        {{ lead_scoring.trimmed_text(
            lead_scoring.optional_column(existing, name, text),
            lead_scoring.list_var('empty_values')
        ) }} as {{ columns[name | lower] }},
        {% endfor -%}
        coalesce({{ known_at }}, cast('0001-01-01' as {{ dbt.type_timestamp() }}))
            as known_at
    from {{ relation }}
    where {{ lead_scoring.unread_time(
        known_at, lead_scoring.optional_column(existing, 'known_at', text)
    ) }} is null
{%- endmacro -%}
