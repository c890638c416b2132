{{ config(enabled=evidence_is_on()) }}

-- For leadscore learn: what the vars name, by kind.
{% for kind, variable in [
    ('attribute', 'lead_attributes'),
    ('property', 'event_properties'),
    ('measure', 'event_measures'),
] -%}
{% for name in field_columns(variable) -%}
select
    '{{ kind }}' as kind,
    '{{ name }}' as name
union all
{% endfor -%}
{% endfor -%}
select
    'horizon' as kind,
    '{{ var("evidence_horizon_days") }}' as name
union all
select
    'history' as kind,
    '{{ var("keep_lead_history") | string | lower }}' as name
