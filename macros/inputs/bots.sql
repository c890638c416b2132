{#- The key of an event's property that a var names, trimmed; null where the var
    is empty or the var `event_properties` lacks it, which turns off what needs
    it. -#}
{%- macro key_of_var(name, relation) -%}
    {%- set column = lead_scoring.field_columns('event_properties').get(
        (var(name) or '') | trim | lower
    ) -%}
    {%- if column -%}
        {%- set text = lead_scoring.trimmed_text(
            relation ~ '.' ~ column, lead_scoring.list_var('empty_values')
        ) -%}
    case when {{ text }} is not null
            then {{ lead_scoring.text_key(text) }} end
    {%- else -%}
    cast(null as {{ dbt.type_bigint() }})
    {%- endif -%}
{%- endmacro -%}

{#- The types of events that are kept, and their fields that something looks at: a
    select of event_type and field, the type '' for all types. Sessions are made of
    page views; the email and the link tell clicks of machines. `rules`,
    `conditions`: the models int_rules and int_conditions. -#}
{%- macro fields_looked_at(rules, conditions) -%}
    select
        rules.event_type,
        conditions.field
    from {{ rules }} as rules
    left join {{ conditions }} as conditions
        on rules.rule_key = conditions.rule_key
    where rules.rule_type = 'implicit'

    union all

    select
        rules.event_type,
        rules.once_per as field
    from {{ rules }} as rules
    where rules.once_per is not null

    union all

    select
        {{ lead_scoring.quoted_list([var('page_view_event_type')]) }} as event_type,
        cast(null as {{ dbt.type_string() }}) as field
    from {{ rules }} as rules
    where
        rules.rule_type = 'implicit'
        and rules.event_type = 'session'
        and {{ lead_scoring.number_of_var('session_gap_minutes') }} >= 0

    union all

    select
        '' as event_type,
        conditions.field
    from {{ conditions }} as conditions
    where
        conditions.subject <> 'event'
        and conditions.field = 'days_since_last_event'
    {{- lead_scoring.touch_fields(rules) }}
    {%- set fields = [] -%}
    {%- set click_types = lead_scoring.list_var('bot_click_types') -%}
    {%- for type in click_types + [var('bot_delivery_type')] -%}
        {%- do fields.append((type, var('bot_mail_property'))) -%}
        {%- if type in click_types -%}
            {%- do fields.append((type, var('bot_link_property'))) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set properties = lead_scoring.field_columns('event_properties') -%}
    {%- if ((var('bot_mail_property') or '') | trim | lower) not in properties -%}
        {%- set fields = [] -%}
    {%- endif -%}
    {%- for type, field in fields %}

    union all

    select
        {{ lead_scoring.quoted_list([type]) }} as event_type,
        {{ lead_scoring.quoted_list([field]) }} as field
    {%- endfor -%}
{%- endmacro -%}

{#- The value of a var that holds a whole number, or -1 where it is empty. -#}
{%- macro number_of_var(name) -%}
    {%- if var(name) is none or var(name) | string | trim == '' -%}
        {{- return(-1) -}}
    {%- endif -%}
    {{- return(lead_scoring.whole_number_var(name, 1000000, 5)) -}}
{%- endmacro -%}
