{#- The key of an event's property that a var names, trimmed; null where the var
    is empty or the var `event_properties` lacks it, which turns off what needs
    it. -#}
{%- macro key_of_var(name, relation) -%}
    {%- set properties = var('event_properties') | map('lower') | list -%}
    {%- if var(name) | lower in properties -%}
        {%- set text = lead_scoring.trimmed_text(
            relation ~ '.property_' ~ var(name)
        ) -%}
    case when {{ text }} is not null
            then {{ lead_scoring.text_key(text) }} end
    {%- else -%}
    cast(null as {{ dbt.type_bigint() }})
    {%- endif -%}
{%- endmacro -%}

{#- The fields that tell clicks of machines: a select of event_type and field. -#}
{%- macro fields_of_mail() -%}
    {%- set fields = [] -%}
    {%- for type in var('bot_click_types') + [var('bot_delivery_type')] -%}
        {%- do fields.append((type, var('bot_mail_property'))) -%}
        {%- if type in var('bot_click_types') -%}
            {%- do fields.append((type, var('bot_link_property'))) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set properties = var('event_properties') | map('lower') | list -%}
    {%- if (var('bot_mail_property') | lower) not in properties -%}
        {%- set fields = [] -%}
    {%- endif -%}
    {%- for type, field in fields %}
    select
        {{ lead_scoring.quoted_list([type]) }} as event_type,
        {{ lead_scoring.quoted_list([field]) }} as field
        {%- if not loop.last %}
    union all
        {%- endif -%}
    {%- else %}
    select
        '' as event_type,
        '' as field
    where 1 = 0
    {%- endfor -%}
{%- endmacro -%}

{#- The types of events that are clicks in a mail: a list of SQL texts. -#}
{%- macro click_types() -%}
    {{- lead_scoring.quoted_list(var('bot_click_types')) -}}
{%- endmacro -%}

{#- The same with that of a mail's delivery. -#}
{%- macro mail_types() -%}
    {{- lead_scoring.quoted_list(
        var('bot_click_types') + [var('bot_delivery_type')]
    ) -}}
{%- endmacro -%}

{#- The type of the events that sessions are made of, as an SQL text. -#}
{%- macro page_view_type() -%}
    {{- lead_scoring.quoted_list([var('page_view_event_type')]) -}}
{%- endmacro -%}

{#- A var that holds a whole number; -1 where it is empty. -#}
{%- macro number_of_var(name) -%}
    {%- set given = var(name) | string | trim -%}
    {{- given | int(-1) if given else -1 -}}
{%- endmacro -%}

{#- From when on each click of a relation of flags is known to be a machine's, for
    each reason: a select. `flags`: clicks with a reason and known_from. -#}
{%- macro first_flags(flags) -%}
select
    event_key,
    load_day,
    actor_key,
    event_type,
    occurred_at,
    counts_from,
    reason,
    {{ lead_scoring.later_of('counts_from', 'min(known_from)') }} as flagged_at
from {{ flags }}
group by
    event_key,
    load_day,
    actor_key,
    event_type,
    occurred_at,
    counts_from,
    reason
{%- endmacro -%}
