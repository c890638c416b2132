{#- What a rule table's cells may say, as tables of one column for SQL. -#}

{%- macro operators() -%}
    {{- return([
        'equals', 'not_equals', 'in', 'not_in', 'contains', 'starts_with',
        'ends_with', 'gt', 'gte', 'lt', 'lte', 'between', 'is_set',
        'is_missing', 'any',
    ]) -}}
{%- endmacro -%}

{#- A list of SQL texts, `'a', 'b'`, for an `in ( )`. `words`: list; an empty
    one gives a text that no cell can hold. -#}
{%- macro quoted_list(words) -%}
    {%- for word in words or [' '] -%}
        {{- "'" ~ word | lower | replace("'", "''") ~ "'" -}}
        {{- ", " if not loop.last -}}
    {%- endfor -%}
{%- endmacro -%}

{#- The operators whose value is a list separated by `|`. -#}
{%- macro list_operators() -%}
'in', 'not_in', 'contains', 'starts_with', 'ends_with', 'between'
{%- endmacro -%}

{#- How many items a `|` list has. `expression`: text; null where it is. -#}
{%- macro list_length(expression) -%}
({{ dbt.length(expression) }}
    - {{ dbt.length(dbt.replace(expression, "'|'", "''")) }} + 1)
{%- endmacro -%}

{#- Item number `positions.generated_number` of a `|` list. -#}
{%- macro list_item(expression) -%}
    {{- lead_scoring.text_part(
        expression, "'|'", 'cast(positions.generated_number as integer)'
    ) -}}
{%- endmacro -%}

{#- Whether a condition of a rule of this type names a `field` that it may not:
    a condition on the columns `rule_type` and `field`. -#}
{%- macro is_unknown_field(rule_type) -%}
    {%- set known = {
        'explicit': var('lead_attributes'),
        'exclusion': var('lead_attributes') + ['email', 'email_domain'],
        'implicit': var('event_properties') + var('event_measures'),
        'bot': var('event_properties'),
    }[rule_type] -%}
    rule_type = '{{ rule_type }}'
                and field not in ({{ lead_scoring.quoted_list(known) }})
{%- endmacro -%}

{#- The names that a var lists, as one SQL text. -#}
{%- macro named(list_var) -%}
'{{ var(list_var) | join(", ") or "none" }}'
{%- endmacro -%}
