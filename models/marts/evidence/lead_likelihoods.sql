{{ config(enabled=evidence_is_on()) }}

-- Naive Bayes: how much oftener each value of an attribute is one of leads that
-- were won, multiplied as if attributes had nothing to do with each other. What
-- became of a lead itself is taken out of the counts that score it.
with history as (
    select * from {{ ref('int_evidence_values') }}
    where is_history
),

value_counts as (
    select
        part,
        field,
        value,
        cast(sum(is_won) as {{ type_double() }}) as won,
        cast(sum(1 - is_won) as {{ type_double() }}) as lost
    from history
    group by part, field, value
),

field_counts as (
    select
        part,
        field,
        sum(won) as won,
        sum(lost) as lost,
        cast(count(*) as {{ type_double() }}) as categories
    from value_counts
    group by part, field
),

-- a value that no other lead has is no category without this one
own as (
    select
        history.*,
        case when value_counts.won + value_counts.lost = 1 then 1 else 0 end
            as categories
    from history
    inner join value_counts
        on
            history.part = value_counts.part
            and history.field = value_counts.field
            and history.value = value_counts.value
),

others as (
    select
        known_values.lead_key,
        known_values.part,
        known_values.field,
        value_counts.won - case
            when own.value = known_values.value then own.is_won else 0
        end as won,
        value_counts.lost - case
            when own.value = known_values.value then 1 - own.is_won else 0
        end as lost,
        field_counts.won - coalesce(own.is_won, 0) as all_won,
        field_counts.lost - coalesce(1 - own.is_won, 0) as all_lost,
        (field_counts.categories - coalesce(own.categories, 0))
        * {{ var('evidence_smoothing') }} as all_smoothing
    from {{ ref('int_evidence_values') }} as known_values
    inner join value_counts
        on
            known_values.part = value_counts.part
            and known_values.field = value_counts.field
            and known_values.value = value_counts.value
    inner join field_counts
        on
            known_values.part = field_counts.part
            and known_values.field = field_counts.field
    left join own
        on
            known_values.lead_key = own.lead_key
            and known_values.part = own.part
            and known_values.field = own.field
    where not known_values.is_history
),

-- field '' says how many leads were won at all: null where all or none were
weighed as (
    select
        lead_key,
        part,
        field,
        case
            when field = '' and part = '' and (won = 0 or lost = 0) then null
            else ln(
                    (won + {{ var('evidence_smoothing') }})
                    / (lost + {{ var('evidence_smoothing') }})
                )
        end - case
            when field = '' then 0
            else ln((all_won + all_smoothing) / (all_lost + all_smoothing))
        end as weight
    from others
    where
        field = '' and part = ''
        or won + lost > 0
        and won + lost
        >= {{ whole_number_var('evidence_min_support', 999999999, 10) }}
),

-- the counts of the part where it has enough leads, else those of all
weights as (
    select
        lead_key,
        field,
        coalesce(max(case when part <> '' then weight end), max(weight))
            as weight,
        max(case when part = '' and field = '' then weight end) as overall
    from weighed
    group by lead_key, field
),

odds as (
    select
        lead_key,
        case when max(overall) is not null then sum(weight) end as log_odds,
        count(*) - 1 as attributes_used
    from weights
    group by lead_key
)

select
    leads.lead_id,
    observations.scored_at,
    case
        when odds.log_odds > ln(9999.0) then 0.9999
        when odds.log_odds < -ln(9999.0) then 0.0001
        else 1 / (1 + exp(-odds.log_odds))
    end as naive_bayes_probability,
    cast(coalesce(odds.attributes_used, 0) as integer) as attributes_used
from {{ ref('int_observations') }} as observations
inner join {{ ref('int_leads') }} as leads
    on observations.lead_key = leads.lead_key
left join odds on observations.lead_key = odds.lead_key
where observations.is_current
