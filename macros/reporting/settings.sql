{#- What a person's score counts for their account: `place` is 1 for the best person,
    who counts in full; each next one counts the var `account_weight` times as much. -#}
{%- macro account_share(place) -%}
    {%- set weight = var('account_weight') | string | trim -%}
    {%- if not modules.re.fullmatch('[01]([.][0-9]{1,9})?', weight)
        or not 0 < weight | float <= 1 -%}
        {{- exceptions.raise_compiler_error(
            "The var account_weight is '" ~ weight ~ "'; write a number above 0 and "
            ~ "up to 1, such as 0.5."
        ) -}}
    {%- endif -%}
    {%- if weight | float == 1 -%}
1.0
    {%- else -%}
{{ adapter.dispatch('halved', 'lead_scoring')(
        '((' ~ place ~ ' - 1) * (-ln(' ~ weight ~ ') / ln(2.0)))'
    ) }}
    {%- endif -%}
{%- endmacro -%}

{#- How certain a match of a lead with an account is, a number from 0 to 1. -#}
{%- macro account_confidence(reason) -%}
    {%- set given = (var('account_confidence') or {}).get(reason) | string -%}
    {%- if not modules.re.fullmatch('[01]([.][0-9]{1,9})?', given)
        or given | float > 1 -%}
        {{- exceptions.raise_compiler_error(
            "The var account_confidence has '" ~ given ~ "' for " ~ reason
            ~ "; write a number from 0 to 1 for each of domain, name_of_domain, name."
        ) -}}
    {%- endif -%}
cast({{ given }} as {{ lead_scoring.type_double() }})
{%- endmacro -%}

{#- The ten points that a score is in, by their lowest, as text: `0`, `10` ... -#}
{%- macro score_band(score) -%}
cast(cast(floor({{ score }} / 10) * 10 as integer) as {{ dbt.type_string() }})
{%- endmacro -%}

{#- A column of int_event_signatures that a var names, null where it is empty. -#}
{%- macro touch_column(name, relation) -%}
    {%- set column = lead_scoring.field_columns('event_properties').get(
        (var(name) or '') | trim | lower
    ) -%}
    {%- if column -%}
        {{- lead_scoring.lowered(lead_scoring.trimmed_text(
            relation ~ '.' ~ column, lead_scoring.list_var('empty_values')
        )) -}}
    {%- else -%}
cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro -%}

{#- The fields of events that touches need: further rows of `fields_looked_at`, of
    types that a rule names anyway. `rules`: the model int_rules. -#}
{%- macro touch_fields(rules) -%}
    {%- for name in ['channel_property', 'campaign_property']
        if lead_scoring.is_switched_on('reporting') and var(name) %}

    union all

    select
        rules.event_type,
        {{ lead_scoring.quoted_list([var(name)]) }} as field
    from {{ rules }} as rules
    where
        rules.rule_type = 'implicit'
        and rules.event_type in ({{ lead_scoring.quoted_list(
            lead_scoring.list_var('touch_types')
        ) }})
    {%- endfor -%}
{%- endmacro -%}
