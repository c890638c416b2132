-- Of the changes up to the as-of time, the last one of each lead.
with changes as (
    select
        changes.*,
        {{ text_key('changes.lead_id') }} as actor_key,
        as_of.scored_at
    from {{ owner_changes_so_far() }} as changes
    inner join {{ ref('int_as_of') }} as as_of
        on changes.changed_at <= as_of.scored_at
),

last_changes as (
    select
        lead_id,
        max(change_number) as change_number
    from changes
    group by lead_id
)

select
    changes.actor_key,
    changes.lead_id,
    changes.change_number,
    changes.owner,
    changes.changed_at,
    changes.scored_at
from changes
inner join last_changes
    on
        changes.lead_id = last_changes.lead_id
        and changes.change_number = last_changes.change_number
