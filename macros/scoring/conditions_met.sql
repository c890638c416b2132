{#- How many conditions each rule has (the CTE `needed`), and how many of them the
    fields of each `key` meet (`met`). Reads the CTEs fields (a row per key, field
    and value) and condition_values; `subject`: of which conditions, 'lead' or
    'event'. -#}
{%- macro conditions_met(key, subject) -%}
needed as (
    select
        rule_key,
        count(*) as conditions
    from {{ ref('int_conditions') }}
    where subject = '{{ subject }}'
    group by rule_key
),

met as (
    select
        fields.{{ key }},
        condition_values.rule_key,
        count(*) as conditions
    from fields
    inner join condition_values
        on
            fields.field = condition_values.field
            and fields.value = condition_values.value
    group by fields.{{ key }}, condition_values.rule_key
)
{%- endmacro -%}
