{#- Whether this run builds one of the histories: what no history records was not
    published. -#}
{%- macro a_history_is_built() -%}
    {%- set chosen = namespace(history=flags.WHICH not in ['run', 'build']) -%}
    {%- if execute and not chosen.history -%}
        {%- for node in graph.get('nodes', {}).values()
            if node.name in [
                'lead_score_history', 'lead_stage_history', 'lead_owner_history',
            ]
            and node.package_name == 'lead_scoring'
            and node.unique_id in selected_resources -%}
            {%- set chosen.history = true -%}
        {%- endfor -%}
    {%- endif -%}
    {{- '1 = 1' if chosen.history else '1 = 0' -}}
{%- endmacro -%}
