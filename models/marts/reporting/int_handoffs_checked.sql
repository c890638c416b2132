{{ config(enabled=is_switched_on('reporting')) }}

-- What was handed over later does not exist yet, and an answer that came later
-- is not known. A row that cannot be used stays, with the reason.
with given as (
    select
        {{ given_id('handoff_id') }} as handoff_id,
        {{ given_id('lead_id') }} as lead_id,
        owner,
        answer,
        reason,
        {% for time in ['handed_over_at', 'answered_at'] -%}
        {{ optional_column(
            column_names(ref('stg_crm__handoffs')), time, dbt.type_timestamp()
        ) }} as {{ time }},
        {{ optional_column(
            column_names(ref('stg_crm__handoffs')), time, dbt.type_string()
        ) }} as given_{{ time }},
        {% endfor -%}
        row_number() over (
            partition by {{ given_id('handoff_id') }}
            order by
                {{ in_byte_order('lead_id') }}, {{ in_byte_order('answer') }},
                {{ in_byte_order('reason') }}
        ) as place
    from {{ ref('stg_crm__handoffs') }}
),

handoffs as (
    select
        given.*,
        as_of.scored_at,
        given.answered_at <= as_of.scored_at as is_answered,
        erased.actor_key is not null as is_erased,
        actors.lead_key
    from given
    cross join {{ ref('int_as_of') }} as as_of
    left join {{ ref('int_erased_actors') }} as erased
        on {{ text_key('given.lead_id') }} = erased.actor_key
    left join {{ ref('int_observed_actors') }} as actors
        on
            {{ text_key('given.lead_id') }} = actors.actor_key
            and actors.observation_key = actors.lead_key
),

checked as (
    select
        *,
        case
            when is_erased then 'erased'
            when handoff_id is null then 'no handoff_id'
            when place > 1 then 'handoff_id read before'
            when lead_key is null then 'unknown lead'
            when {{ unread_time('handed_over_at', 'given_handed_over_at') }}
                is not null then 'handed_over_at cannot be read'
            when handed_over_at is null then 'no handed_over_at'
            when {{ unread_time('answered_at', 'given_answered_at') }}
                is not null then 'answered_at cannot be read'
            when answered_at < handed_over_at
                then 'answered before it was handed over'
            when answer is null and answered_at is not null then 'no answer'
            when answer is not null and answered_at is null
                then 'no answered_at'
            when answer not in ('accepted', 'rejected', 'recycled')
                then 'answer is not accepted, rejected or recycled'
        end as rejection_reason
    from handoffs
    where handed_over_at is null or handed_over_at <= scored_at
)

select
    case when not is_erased then handoff_id end as handoff_id,
    case when rejection_reason is null then lead_key end as lead_key,
    case when not is_erased then owner end as owner,
    handed_over_at,
    case when is_answered then answered_at end as answered_at,
    case
        when rejection_reason is not null then 'unusable'
        when is_answered then answer
        else 'waiting'
    end as answer,
    case
        when rejection_reason is not null then rejection_reason
        when is_answered then reason
    end as reason
from checked
