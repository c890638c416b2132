{#- A row with the key of every line of the rule tables that can move a score
    or a stage, on the day of a moment: what tells one set of rules from the
    next. Texts for people are no part of it. -#}
{%- macro rule_line_keys(moments) -%}
    {%- set dated = ['explicit_rules', 'implicit_rules'] -%}
    {%- for name in [
        'score_models', 'score_groups', 'explicit_rules', 'implicit_rules',
        'rule_conditions', 'stages', 'exclusions',
    ] -%}
        {%- set parts = ["'" ~ name ~ "'"] -%}
        {%- for column, (_, presence) in
            lead_scoring.rule_tables()[name].columns.items() if column not in [
                'name', 'description', 'reason', 'next_step', 'valid_from',
                'valid_to',
            ] -%}
            {#- so that a new column changes no rule before it is filled in -#}
            {%- do parts.append(
                "coalesce('|" ~ column ~ " ' || lines." ~ column ~ ", '')"
                if presence == 'optional'
                else "'|' || coalesce(lines." ~ column ~ ", '')"
            ) -%}
        {%- endfor -%}
    select
        moments.scored_at,
        {{ lead_scoring.text_key(parts | join(" || ")) }} as line_key
    from {{ lead_scoring.rule_table(name) }} as lines
    inner join {{ moments }} as moments
        on
            {% if name in dated -%}
            cast(moments.scored_at as date)
            >= {{ lead_scoring.parsed_date('lines.valid_from') }}
            and cast(moments.scored_at as date)
            < {{ lead_scoring.parsed_date('lines.valid_to') }}
            {%- else -%}
            1 = 1
            {%- endif %}
        {%- if not loop.last %}

    union all

        {% endif -%}
    {%- endfor -%}
{%- endmacro -%}
