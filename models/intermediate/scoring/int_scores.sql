with scores as (
    select
        entries.scored_at,
        entries.lead_key,
        entries.name as lead_id,
        entries.explicit_points,
        entries.implicit_points,
        entries.explicit_points + entries.implicit_points as raw_points,
        entries.last_matched_at as last_scored_event_at,
        score_models.model_key,
        score_models.model_id,
        score_models.is_primary,
        score_models.min_score,
        score_models.max_score
    from {{ ref('int_entries') }} as entries
    inner join {{ ref('int_score_models') }} as score_models
        on entries.entry_key = score_models.model_key
    where entries.explicit_points is not null
),

limited as (
    select
        *,
        {{ clamped('raw_points', 'min_score', 'max_score') }} as exact_score
    from scores
)

select
    *,
    {{ rounded_score('exact_score') }} as score
from limited
