-- Event types as they are written, for one look at each and not at each event:
-- the type that rules know them by, and what its rules' conditions look at, or
-- signatures of bots, which look at events of every type. Sessions that a rule
-- asks for are made of page views where no source brings any.
with written as (
    select
        event_type as written_event_type,
        lower({{ trimmed_text('event_type') }}) as event_type
    from (
        select distinct event_type from {{ ref('int_deliveries') }}
    ) as deliveries
),

rules as (
    select * from {{ ref('int_rules') }}
),

conditions as (
    select * from {{ ref('int_conditions') }}
),

derived as (
    select
        'session' as event_type,
        {{ quoted_list([var('page_view_event_type')]) }} as made_of
    from rules
    where rule_type = 'implicit' and event_type = 'session'
    group by rule_type
    having
        {{ number_of_var('session_gap_minutes') }} >= 0
        and count(*) > 0
        and not exists (select * from written where event_type = 'session')
        and exists (
            select * from written
            where
                event_type in (
                    {{ quoted_list([var('page_view_event_type')]) }}
                )
        )
),

types as (
    select event_type from rules
    where rule_type = 'implicit'

    union distinct

    select made_of as event_type from derived
),

looked_at as (
    select
        types.event_type,
        conditions.field
    from types
    left join rules
        on types.event_type = rules.event_type and rules.rule_type = 'implicit'
    left join conditions on rules.rule_key = conditions.rule_key

    union all

    select
        types.event_type,
        conditions.field
    from types
    cross join rules
    inner join conditions on rules.rule_key = conditions.rule_key
    where rules.rule_type = 'bot'
),

used as (
    select
        {{ property_uses() }}
        event_type
    from looked_at
    group by event_type
)

select
    written.written_event_type,
    used.*,
    false as is_derived
from written
inner join used on written.event_type = used.event_type

union all

select
    derived.event_type as written_event_type,
    used.*,
    true as is_derived
from derived
inner join used on derived.event_type = used.event_type
