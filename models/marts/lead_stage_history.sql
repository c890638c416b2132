{{ config(
    partition_by=parted_by('model_id'),
    pre_hook="{{ clear_closed_stays(this) }}",
    post_hook=["{{ clear_closed_stays(this) }}", "{{ forget_erased(this) }}"],
) }}

-- depends_on: {{ ref('int_erased_actors') }}
-- Each build adds the stays that begin with its moment, and closes those that
-- end with it. The rest is not touched.
with stays as (
    select
        *,
        {{ text_key('lead_id') }} as lead_key
    from {{ so_far(stay_columns()) }} as stays
),

last_moves as (
    select
        max(case when left_at > entered_at then left_at else entered_at end)
            as moved_at
    from stays
),

moment as (
    select recorded_moment.*
    from (
        {{ recorded_moment(ref('int_published_moments'), ref('int_as_of')) }}
    ) as recorded_moment
    cross join last_moves
    where
        last_moves.moved_at is null
        or last_moves.moved_at < recorded_moment.scored_at
),

held as (
    select
        lead_stages.*,
        moment.previous_scored_at,
        moment.has_new_rules
    from {{ ref('int_lead_stages') }} as lead_stages
    inner join moment on lead_stages.scored_at = moment.scored_at
    where lead_stages.basis = 'as_scored'
),

moved as (
    select
        held.*,
        held.explicit_points - held.explicit_points_at_entry
            as explicit_change,
        held.implicit_points - held.implicit_points_at_entry
            as implicit_change
    from held
    left join stays as own
        on
            held.model_id = own.model_id
            and held.lead_key = own.lead_key
            and own.left_at is null
    where
        held.stage is not null
        and (own.stage is null or own.stage <> held.stage)
),

-- what a lead did that took points, for why it fell
losses as (
    select
        rule_points.observation_key,
        rules.model_id,
        max(rule_points.last_matched_at) as last_matched_at
    from {{ ref('int_rule_points') }} as rule_points
    inner join {{ ref('int_rules') }} as rules
        on rule_points.rule_key = rules.rule_key
    where rule_points.points < 0
    group by rule_points.observation_key, rules.model_id
),

-- of the lead, and of those who were merged into it
earlier as (
    select
        moved.model_id,
        moved.lead_key,
        count(case
            when stays.lead_key = moved.lead_key and stays.stage = moved.stage
                then 1
        end) as entries,
        min(stays.first_mql_at) as first_mql_at
    from moved
    inner join {{ ref('int_actor_leads') }} as actor_leads
        on
            moved.lead_key = actor_leads.lead_key
            and moved.scored_at >= actor_leads.valid_from
            and moved.scored_at < actor_leads.valid_to
    inner join stays
        on
            moved.model_id = stays.model_id
            and actor_leads.actor_key = stays.lead_key
    group by moved.model_id, moved.lead_key
),

entered as (
    select
        moved.model_id,
        moved.lead_id,
        moved.stage,
        moved.stage_rank,
        moved.scored_at as entered_at,
        cast(null as {{ dbt.type_timestamp() }}) as left_at,
        moved.score as score_at_entry,
        moved.explicit_points as explicit_points_at_entry,
        moved.implicit_points as implicit_points_at_entry,
        {{ reason_of_move() }} as reason,
        cast(coalesce(earlier.entries, 0) + 1 as integer) as entry_number,
        coalesce(
            earlier.first_mql_at,
            case when stages.is_mql then moved.scored_at end
        ) as first_mql_at
    from moved
    left join {{ ref('int_stages') }} as stages
        on moved.model_id = stages.model_id and moved.stage = stages.stage
    left join earlier
        on
            moved.model_id = earlier.model_id
            and moved.lead_key = earlier.lead_key
    left join losses
        on
            moved.model_id = losses.model_id
            and moved.observation_key = losses.observation_key
),

-- none where this build scores nobody: then nothing is closed either
scored as (
    select max(scored_at) as scored_at
    from held
),

-- a lead that was merged into another one, or is gone, leaves its stage too
closed as (
    select
        previous.*,
        scored.scored_at as closed_at
    from stays as previous
    cross join scored
    left join held
        on
            previous.model_id = held.model_id
            and previous.lead_key = held.lead_key
    where
        previous.left_at is null
        and scored.scored_at is not null
        and (held.stage is null or held.stage <> previous.stage)
)

select * from entered

union all

select
    model_id,
    lead_id,
    stage,
    stage_rank,
    entered_at,
    closed_at as left_at,
    score_at_entry,
    explicit_points_at_entry,
    implicit_points_at_entry,
    reason,
    entry_number,
    first_mql_at
from closed
