{{ config(post_hook="{{ say_rule_rows(
    this, 'warning', 'The rule tables are valid, but check these rules.', false
) }}") }}

with as_of as (
    select * from {{ ref('int_as_of') }}
),

rules as (
    select rules.*
    from {{ ref('int_rules') }} as rules
    inner join as_of
        on
            rules.valid_from is null
            or ({{ is_valid_at('as_of.scored_at') }})
),

all_leads as (
    select
        count(*) as observations,
        coalesce(min(lead_key) < max(lead_key), false) as are_several
    from {{ ref('int_observations') }}
),

seen_event_types as (
    select distinct event_type from {{ ref('int_event_counts') }}
    union distinct
    select distinct 'session' as event_type from {{ ref('int_sessions') }}
),

-- A rule has an effect unless its group would reach the cap without it.
paid as (
    select
        rule_points.rule_key,
        count(*) as observations,
        max(case when abs(rule_points.points) > 0.000000001 then 1 else 0 end)
            as has_paid,
        max(case
            when score_groups.combine = 'max' and rule_points.points > 0
                and rule_points.points < group_points.gained then 0
            when score_groups.combine = 'max' and rule_points.points < 0
                and rule_points.points > group_points.lost then 0
            when rule_points.points > 0
                and group_points.gained - rule_points.points
                >= score_groups.max_points then 0
            when rule_points.points < 0
                and group_points.lost - rule_points.points
                <= score_groups.min_points then 0
            else 1
        end) as has_counted
    from {{ ref('int_rule_points') }} as rule_points
    inner join {{ ref('int_group_points') }} as group_points
        on
            rule_points.observation_key = group_points.observation_key
            and rule_points.group_key = group_points.group_key
    inner join {{ ref('int_score_groups') }} as score_groups
        on rule_points.group_key = score_groups.group_key
    group by rule_points.rule_key
),

unpaid_rules as (
    select
        rules.rule_key
    from rules
    left join paid on rules.rule_key = paid.rule_key
    where paid.rule_key is null and rules.rule_type = 'implicit'
),

-- by events of any age: a match may have left the window of its rule
matched as (
    select distinct matches.rule_key
    from {{ ref('int_signature_matches') }} as matches
    inner join unpaid_rules on matches.rule_key = unpaid_rules.rule_key
    inner join {{ ref('int_events') }} as events
        on matches.signature_key = events.signature_key
    inner join {{ ref('int_observed_actors') }} as actors
        on
            events.actor_key = actors.actor_key
            and events.known_at <= actors.known_by
),

-- rules that say so themselves, by `any`
meant_for_all as (
    select distinct rule_key
    from {{ ref('int_conditions') }}
    where operator = 'any'
),

unpaid as (
    select
        rules.rule_type || '_rules.csv' as file,
        rules.model_id,
        rules.rule_id,
        case
            when
                rules.rule_type = 'implicit'
                and seen_event_types.event_type is null
                then 'no event of the type ' || {{ quoted('rules.event_type') }}
                    || ' has ever been seen'
            when paid.rule_key is null and matched.rule_key is null
                then 'no lead has ever matched the rule'
            when rules.max_points = 0
                then 'max_points is 0, so that the rule never pays'
            when paid.has_paid = 1 and paid.has_counted = 0
                then 'the limits of the group ' || rules.group_id
                    || ' hide the rule: no lead' || chr(39)
                    || 's points would differ '
                    || 'without it'
            when all_leads.are_several
                and paid.observations = all_leads.observations
                and meant_for_all.rule_key is null
                then 'every lead matches the rule, so that it tells no lead '
                    || 'from another; narrow it down'
        end as warning
    from rules
    cross join all_leads
    left join seen_event_types
        on rules.event_type = seen_event_types.event_type
    left join paid on rules.rule_key = paid.rule_key
    left join matched on rules.rule_key = matched.rule_key
    left join meant_for_all on rules.rule_key = meant_for_all.rule_key
    where rules.rule_type in ('explicit', 'implicit')
),

excluding_all as (
    select
        'exclusions.csv' as file,
        '' as model_id,
        rules.rule_id,
        'every lead is excluded by it; narrow it down' as warning
    from {{ ref('int_lead_matches') }} as lead_matches
    inner join rules
        on
            lead_matches.rule_key = rules.rule_key
            and rules.rule_type = 'exclusion'
    cross join all_leads
    where
        all_leads.are_several
        and lead_matches.scored_at >= lead_matches.valid_from
        and lead_matches.scored_at < lead_matches.valid_to
    group by rules.rule_id, all_leads.observations
    having count(*) = all_leads.observations
),

-- Texts of fields that a rule compares with numbers: it matches none of them.
-- They are counted before any is left out, since it takes minutes to push that
-- down into a thousand attributes.
number_fields as (
    select distinct
        conditions.subject,
        conditions.field
    from rules
    inner join {{ ref('int_conditions') }} as conditions
        on rules.rule_key = conditions.rule_key
    inner join {{ ref('int_condition_items') }} as limits
        on
            conditions.condition_key = limits.condition_key
            and limits.number is not null
    where
        conditions.operator in (
            {{ operators_taking('number', 'two numbers') }}
        )
),

texts as (
    select
        'stg_crm__leads' as file,
        number_fields.field,
        lead_fields.value,
        sum(case when lead_fields.version_key >= 0 then 1 else 0 end) as times
    from {{ ref('int_lead_fields') }} as lead_fields
    inner join number_fields
        on
            lead_fields.field = number_fields.field
            and number_fields.subject = 'lead'
    group by number_fields.field, lead_fields.value

    {%- for measure in field_columns('event_measures') %}

    union all

    select
        'stg_crm__events' as file,
        number_fields.field,
        {{ text_part(
            text_part(
                'counts.unread', "chr(30) || '" ~ measure ~ "' || chr(31)", '2'
            ),
            'chr(30)', '1'
        ) }} as value,
        counts.rows_read as times
    from {{ ref('int_event_counts') }} as counts
    inner join number_fields
        on
            number_fields.field = '{{ measure }}'
            and number_fields.subject = 'event'
    where counts.unread is not null
    {%- endfor %}
),

counted as (
    select
        file,
        field,
        value,
        cast(case
            when value <> '' and {{ parsed_number('value') }} is null
                then sum(times)
            else 0
        end as {{ dbt.type_bigint() }}) as times
    from texts
    group by file, field, value
),

unread as (
    select
        *,
        {{ quoted('left(value, 40)') }} || ' ('
        || cast(times as {{ dbt.type_string() }}) || ')' as told,
        row_number() over (
            partition by file, field
            order by times desc, {{ in_byte_order('value') }}
        ) as place
    from counted
    where times > 0
),

no_numbers as (
    select
        file,
        '' as model_id,
        '' as rule_id,
        'rules compare ' || field || ' with numbers, but '
        || cast(
            cast(sum(times) as {{ dbt.type_bigint() }})
            as {{ dbt.type_string() }}
        )
        || case
            when sum(times) = 1 then ' value is no number: '
            else ' values are no numbers: '
        end
        || max(case when place = 1 then told end)
        || coalesce(', ' || max(case when place = 2 then told end), '')
        || coalesce(', ' || max(case when place = 3 then told end), '')
        || case when max(place) > 3 then ', ...' else '' end
        || '; write number_from_text(' || {{ quoted('field') }}
        || ') in ' || file || ' to read them' as warning
    from unread
    group by file, field
)

select * from unpaid
where warning is not null
union distinct
select * from excluding_all
union distinct
select * from {{ ref('int_warnings_of_items') }}
union distinct
select * from {{ ref('int_warnings_of_routing') }}
union all
select * from no_numbers
