-- A stay that begins when another one ends is one change, not two.
with stays as (
    select
        *,
        lag(left_at) over (
            partition by model_id, lead_id order by entered_at
        ) as last_left_at,
        lag(stage) over (
            partition by model_id, lead_id order by entered_at
        ) as last_stage,
        lag(stage_rank) over (
            partition by model_id, lead_id order by entered_at
        ) as last_stage_rank,
        lead(entered_at) over (
            partition by model_id, lead_id order by entered_at
        ) as next_entered_at
    from {{ ref('lead_stage_history') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

changes as (
    select
        model_id,
        lead_id,
        entered_at as changed_at,
        case when last_left_at = entered_at then last_stage end as from_stage,
        case when last_left_at = entered_at then last_stage_rank end
            as from_stage_rank,
        stage as to_stage,
        stage_rank as to_stage_rank,
        reason,
        score_at_entry as score
    from stays

    union all

    select
        model_id,
        lead_id,
        left_at as changed_at,
        stage as from_stage,
        stage_rank as from_stage_rank,
        cast(null as {{ dbt.type_string() }}) as to_stage,
        cast(null as integer) as to_stage_rank,
        'gone' as reason,
        cast(null as {{ type_double() }}) as score
    from stays
    where
        left_at is not null
        and (next_entered_at is null or next_entered_at > left_at)
)

select
    changes.model_id,
    changes.lead_id,
    changes.changed_at,
    changes.from_stage,
    changes.from_stage_rank,
    changes.to_stage,
    changes.to_stage_rank,
    case
        when changes.from_stage is null then 'new'
        when changes.to_stage is null then 'gone'
        when changes.to_stage_rank > changes.from_stage_rank then 'up'
        else 'down'
    end as direction,
    changes.reason,
    changes.score,
    changes.changed_at = as_of.scored_at as is_latest
from changes
cross join as_of
