{#- The operators of conditions, each with what it takes as its value. To add one,
    add a line here and a line in `item_is_met`. -#}
{%- macro operators() -%}
    {{- return({
        'equals': 'text',
        'not_equals': 'text',
        'in': 'list',
        'not_in': 'list',
        'contains': 'list of texts',
        'starts_with': 'list of texts',
        'ends_with': 'list of texts',
        'has_any': 'list of texts',
        'gt': 'number',
        'gte': 'number',
        'lt': 'number',
        'lte': 'number',
        'between': 'two numbers',
        'is_set': 'nothing',
        'is_missing': 'nothing',
        'any': 'nothing',
    }) -}}
{%- endmacro -%}

{#- Whether a value meets an item of a condition's list. For the `not_` operators:
    whether it is an item that they forbid. `values` has operator, value (for has_any:
    a choice of it), number and value_date (the value as these); `items` has item,
    number and item_date, item_number (its place in the list), and next_number and
    next_date (of the item behind it, the high end of between). Numbers compare with
    numbers and dates with dates. -#}
{%- macro item_is_met(values, items) -%}
    {%- set value = values ~ '.value' -%}
    {%- set item = items ~ '.item' -%}
    {%- set number = values ~ '.number' -%}
    {%- set limit = items ~ '.number' -%}
    {%- set length = dbt.length(item) | trim -%}
    {%- set is_equal -%}
case
                when {{ number }} is not null and {{ limit }} is not null
                    then {{ number }} = {{ limit }}
                else {{ value }} = {{ item }}
            end
    {%- endset -%}
case {{ values }}.operator
            when 'equals' then {{ is_equal }}
            when 'not_equals' then {{ is_equal }}
            when 'in' then {{ is_equal }}
            when 'not_in' then {{ is_equal }}
            when 'has_any' then {{ is_equal }}
            when 'contains' then {{ dbt.position(item, value) | trim }} > 0
            when 'starts_with' then left({{ value }}, {{ length }}) = {{ item }}
            when 'ends_with' then right({{ value }}, {{ length }}) = {{ item }}
            {%- for operator, sign in [
                ('gt', '>'), ('gte', '>='), ('lt', '<'), ('lte', '<='),
            ] %}
            when '{{ operator }}' then coalesce(
                {{ number }} {{ sign }} {{ limit }},
                {{ values }}.value_date {{ sign }} {{ items }}.item_date
            )
            {%- endfor %}
            when 'between' then {{ items }}.item_number = 1 and coalesce(
                {{ number }} between {{ limit }} and {{ items }}.next_number,
                {{ values }}.value_date between {{ items }}.item_date
                and {{ items }}.next_date
            )
        end
{%- endmacro -%}

{#- The operators that take one of some kinds of value, `'in', 'not_in'`, as a list of
    SQL texts. The arguments: the kinds. -#}
{%- macro operators_taking() -%}
    {%- set found = [] -%}
    {%- for operator, takes in lead_scoring.operators().items()
        if takes in varargs -%}
        {%- do found.append(operator) -%}
    {%- endfor -%}
    {{- lead_scoring.quoted_list(found) -}}
{%- endmacro -%}

{#- How many items a `|` list has, in which `\|` is no separator. `expression`: text;
    null where it is null. chr(92): some engines read `\` in a text as an escape. -#}
{%- macro list_length(expression) -%}
({{ dbt.length(dbt.replace(expression, "chr(92) || '|'", "'|'")) }}
    - {{ dbt.length(dbt.replace(expression, "'|'", "''")) }} + 1)
{%- endmacro -%}

{#- The fields that conditions of each type of rule may name, the vars that list
    them, and which of them are numbers. -#}
{%- macro condition_fields() -%}
    {%- set days = ['days_since_outcome', 'days_since_created',
        'days_since_last_event'] -%}
    {%- set computed = ['email_domain', 'outcome'] + days
        + lead_scoring.field_columns('attribute_tables') | list -%}
    {%- set attributes = lead_scoring.field_columns('lead_attributes') | list -%}
    {%- set properties = lead_scoring.field_columns('event_properties') | list -%}
    {%- set measures = lead_scoring.field_columns('event_measures') | list -%}
    {%- set of_leads = {
        'fields': ['email'] + computed + attributes,
        'vars': 'lead_attributes or attribute_tables',
        'numbers': days,
    } -%}
    {{- return({
        'explicit': {
            'fields': attributes + computed,
            'vars': 'lead_attributes or attribute_tables',
            'numbers': days,
        },
        'exclusion': of_leads,
        'territory': of_leads,
        'buying_role': of_leads,
        'implicit': {
            'fields': properties + measures,
            'vars': 'event_properties or event_measures',
            'numbers': measures,
        },
        'bot': {
            'fields': properties,
            'vars': 'event_properties',
            'numbers': [],
        },
    }) -}}
{%- endmacro -%}

{#- Words as SQL texts for an `in ( )`, in lower case: `'a', 'b'`. No words give a
    text that no cell can hold. Engines do not agree on how a text holds an
    apostrophe or a backslash. -#}
{%- macro quoted_list(words) -%}
    {%- for word in words or [' '] -%}
        {{- "'" ~ word | lower | replace("'", "' || chr(39) || '")
            | replace("\\", "' || chr(92) || '") ~ "'" -}}
        {{- ", " if not loop.last -}}
    {%- endfor -%}
{%- endmacro -%}
