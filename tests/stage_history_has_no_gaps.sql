-- A lead is in one stage at a time: each stay ends when the next one begins,
-- and the next one is in another stage. What was first stays first: only a lead
-- that is merged into it can have been earlier.
with stays as (
    select
        *,
        lead(entered_at) over (
            partition by model_id, lead_id order by entered_at
        ) as next_entered_at,
        lead(stage) over (
            partition by model_id, lead_id order by entered_at
        ) as next_stage,
        lag(first_mql_at) over (
            partition by model_id, lead_id order by entered_at
        ) as last_mql_at,
        row_number() over (
            partition by model_id, lead_id, stage order by entered_at
        ) as entry
    from {{ ref('lead_stage_history') }}
)

select * from stays
where
    left_at <= entered_at
    or next_entered_at < left_at
    or (next_entered_at is not null and left_at is null)
    or (next_entered_at = left_at and next_stage = stage)
    or first_mql_at > last_mql_at
    or (first_mql_at is null and last_mql_at is not null)
    or entry_number <> entry
