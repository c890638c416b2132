-- What a group pays follows from its rules' entries and its row in
-- score_groups.csv alone, worked out again here: what was gained and what was
-- lost are limited each on its own, so that neither hides the other.
with score_groups as (
    select
        model_id,
        group_id,
        dimension,
        combine,
        {{ parsed_number('min_points') }} as min_points,
        {{ parsed_number('max_points') }} as max_points
    from {{ rule_table('score_groups') }} as score_groups
),

entries as (
    select
        model_id,
        lead_id,
        group_id,
        dimension,
        points,
        entry_type = 'rule' and points > 0 as is_gain,
        entry_type = 'rule' and points < 0 as is_loss
    from {{ ref('lead_score_ledger') }}
    where entry_type <> 'score_limit'
),

grouped as (
    select
        entries.model_id,
        entries.lead_id,
        entries.group_id,
        score_groups.dimension,
        score_groups.min_points,
        score_groups.max_points,
        sum(entries.points) as points,
        count(case when entries.dimension <> score_groups.dimension then 1 end)
            as strangers,
        coalesce(case
            when score_groups.combine = 'max'
                then max(case when entries.is_gain then entries.points end)
            else sum(case when entries.is_gain then entries.points end)
        end, 0) as gained,
        coalesce(case
            when score_groups.combine = 'max'
                then min(case when entries.is_loss then entries.points end)
            else sum(case when entries.is_loss then entries.points end)
        end, 0) as lost
    from entries
    left join score_groups
        on
            entries.model_id = score_groups.model_id
            and entries.group_id = score_groups.group_id
    group by
        entries.model_id,
        entries.lead_id,
        entries.group_id,
        score_groups.dimension,
        score_groups.combine,
        score_groups.min_points,
        score_groups.max_points
)

select * from grouped
where
    dimension is null
    or strangers > 0
    or abs(
        case when gained > max_points then max_points else gained end
        + case when lost < min_points then min_points else lost end
        - points
    ) > 0.000001
