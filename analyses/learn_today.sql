{{ config(enabled=evidence_is_on()) }}

-- For leadscore learn: what today's rules give moments of history. Of
-- so many of them, as in learn_observations.
select
    points.observation_key,
    rules.rule_id,
    rules.rule_type,
    rules.counting,
    rules.points,
    rules.max_points,
    points.points_before_cap
from {{ ref('int_rule_points') }} as points
inner join {{ ref('int_rules') }} as rules on points.rule_key = rules.rule_key
inner join {{ ref('int_observations') }} as observations
    on points.observation_key = observations.observation_key
        and observations.is_evidence
inner join {{ ref('int_score_models') }} as models
    on rules.model_id = models.model_id and models.is_primary
where mod(points.observation_key, /* every */ 1) = 0
