-- A view of one table only: whatever build was cut short, a reader sees the
-- entries and the names of one and the same.
with entries as (
    select * from {{ beside(ref('int_entries')) }}
    where abs(points) > 0.000000001
),

names as (
    select
        entry_key,
        {{ entry_name_columns('name') }}
    from {{ beside(ref('int_entries')) }}
    where lead_key is null
),

leads as (
    select * from {{ beside(ref('int_entries')) }}
    where explicit_points is not null
)

select
    names.model_id,
    leads.name as lead_id,
    names.entry_type,
    names.dimension,
    names.group_id,
    names.rule_id,
    names.reason,
    entries.matched_count,
    entries.first_matched_at,
    case when names.entry_type = 'rule' then entries.last_matched_at end
        as last_matched_at,
    entries.points_before_cap,
    entries.points
from entries
inner join names on entries.entry_key = names.entry_key
inner join leads
    on
        entries.lead_key = leads.lead_key
        and entries.scored_at = leads.scored_at
        and {{ text_key('names.model_id') }} = leads.entry_key
