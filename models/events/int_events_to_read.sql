{{ config(post_hook="{{ clear_days_to_read(
    table_of_last_build('int_event_counts', ['load_day']), this, true
) }}") }}

-- Where this build begins to read events. The counts of the days to read are
-- removed first and written last, so that a build that is cut off is repeated.
with looked_at as (
    {{ fields_looked_at(ref('int_rules'), ref('int_conditions')) }}
),

lines as (
    select {{ text_key("event_type || ' ' || field") }} as line_key
    from looked_at
    where event_type is not null and field is not null

    union all

    select {{ text_key('event_type') }} as line_key
    from looked_at
    where event_type is not null

    union all

    -- the numbers that measures are compared with, and all of a bot signature
    select {{ text_key(
        "conditions.rule_type || ' ' || conditions.field || ' ' || case when "
        ~ "conditions.rule_type = 'bot' then conditions.operator else '' end "
        ~ "|| ' ' || coalesce(items.item, '')"
    ) }} as line_key
    from (
        select distinct rules.rule_type, conditions.*
        from {{ ref('int_conditions') }} as conditions
        inner join {{ ref('int_rules') }} as rules
            on conditions.rule_key = rules.rule_key
        where conditions.is_measure or rules.rule_type = 'bot'
    ) as conditions
    left join {{ ref('int_condition_items') }} as items
        on conditions.condition_key = items.condition_key

    union all

    select {{ text_key(reading_settings()) }} as line_key
),

version as (
    select
        cast(sum(mod(line_key, 1000000007)) as {{ dbt.type_bigint() }})
            as reading_version
    from (select distinct line_key from lines) as distinct_lines
),

-- The newest day by loaded_at, or by occurred_at where no event has one; and
-- none later than this build, which an older version kept.
kept as (
    select
        cast(coalesce(
            max(case
                when newest_loaded_at <= {{ built_at() }} then newest_loaded_at
            end),
            max(case
                when newest_occurred_at <= {{ built_at() }}
                    then newest_occurred_at
            end)
        ) as date) as newest_day,
        min(reading_version) as oldest_version,
        max(reading_version) as newest_version
    from {{ event_counts_of_last_build() }} as event_counts
)

select
    version.reading_version,
    case
        when
            kept.oldest_version = version.reading_version
            and kept.newest_version = version.reading_version
            and kept.newest_day > cast('1900-01-01' as date)
            then cast({{ dbt.dateadd(
                'day', -1 * whole_number_var('reread_days', 1000000, 1),
                'kept.newest_day'
            ) }} as date)
        else cast('1900-01-01' as date)
    end as read_from
from version
cross join kept
