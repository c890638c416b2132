-- What the ledger shows, in numbers, and the names of it all: one table, which
-- is written in one go, so that nobody reads an entry of one build under the
-- name that another build gave it.
with as_of as (
    select max(scored_at) as scored_at from {{ ref('int_moments') }}
),

rule_totals as (
    select rule_totals.*
    from {{ ref('int_rule_totals') }} as rule_totals
    inner join as_of on rule_totals.scored_at = as_of.scored_at
),

limited_groups as (
    select group_totals.*
    from {{ ref('int_group_totals') }} as group_totals
    inner join as_of on group_totals.scored_at = as_of.scored_at
    where group_totals.is_limited
),

-- of the days to restate too, which have no entry in the ledger
scores as (
    select
        score_totals.*,
        leads.lead_id,
        case
            when as_of.scored_at is not null
                then score_totals.exact_score - score_totals.raw_points
        end as points
    from {{ ref('int_score_totals') }} as score_totals
    inner join {{ ref('int_leads') }} as leads
        on score_totals.lead_key = leads.lead_key
    left join as_of on score_totals.scored_at = as_of.scored_at
)

select
    {{ entry_columns({
        'scored_at': 'scored_at', 'lead_key': 'lead_key',
        'entry_key': 'rule_key', 'matched_count': 'matched_count',
        'first_matched_at': 'first_matched_at',
        'last_matched_at': 'last_matched_at',
        'points_before_cap': 'points_before_cap', 'points': 'points',
    }) }}
from rule_totals

union all

select
    {{ entry_columns({
        'scored_at': 'scored_at', 'lead_key': 'lead_key',
        'entry_key': 'group_key', 'points': 'points - rule_points',
        'gained': 'gained', 'lost': 'lost',
    }) }}
from limited_groups

union all

select
    {{ entry_columns({
        'scored_at': 'scored_at', 'lead_key': 'lead_key',
        'entry_key': 'model_key', 'last_matched_at': 'last_scored_event_at',
        'points': 'points', 'explicit_points': 'explicit_points',
        'implicit_points': 'implicit_points', 'name': 'lead_id',
    }) }}
from scores

union all

select {{ entry_columns({'entry_key': 'entry_key', 'name': 'name'}) }}
from {{ ref('int_entry_names') }}
