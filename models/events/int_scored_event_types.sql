-- The event types that a rule, a session or a bot check looks at, and at which
-- of their fields. Bot signatures look at events of every type. A rule on
-- days_since_last_event looks at all types, here those of the days to read.
with looked_at as (
    {{ fields_looked_at(ref('int_rules'), ref('int_conditions')) }}
),

bot_fields as (
    select conditions.field
    from {{ ref('int_conditions') }} as conditions
    inner join {{ ref('int_rules') }} as rules
        on conditions.rule_key = rules.rule_key
    where rules.rule_type = 'bot'
),

all_types as (
    select distinct event_type from looked_at
    where event_type = ''
),

types as (
    select event_type from looked_at

    union distinct

    select event_rows.event_type
    from {{ ref('int_event_rows') }} as event_rows
    cross join all_types
    where {{ is_to_read(ref('int_events_to_read')) }}
),

fields as (
    select event_type, field from looked_at

    union all

    select
        types.event_type,
        bot_fields.field
    from types
    left join bot_fields on 1 = 1
)

select
    event_type,
    {% for field, column in field_columns(
        'event_properties', 'event_measures'
    ).items() -%}
    max(case when field = '{{ field }}' then 1 else 0 end)
        as uses_{{ column.split('_', 1)[1] }},
    {% endfor -%}
    event_type in ({{ quoted_list(var('bot_click_types')) }}) as is_click
from fields
where event_type is not null and event_type <> ''
group by event_type
