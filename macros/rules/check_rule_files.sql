{#- Stops before dbt loads the rule files where one of them is no sound CSV file,
    with a sentence for each mistake: dbt and the warehouse would not name the
    line, or read something else than is meant. Runs `on-run-start`. -#}
{%- macro check_rule_files() -%}
    {%- set problems = [] -%}
    {%- for node in (graph.nodes or {}).values() | sort(attribute='name')
        if flags.WHICH in ('build', 'seed')
        and node.resource_type == 'seed'
        and node.unique_id in selected_resources
        and lead_scoring.rule_table_columns(node.name) -%}
        {%- for text in lead_scoring.file_text(
            node.root_path ~ '/' ~ node.original_file_path
        ) -%}
            {%- set found = lead_scoring.csv_problems(
                text, node.name, node.config.get('delimiter') or ','
            ) -%}
            {%- for line, problem in found[:20] -%}
                {%- do problems.append(
                    "- " ~ node.name ~ ".csv"
                    ~ (", line " ~ line if line) ~ ": " ~ problem ~ ".\n"
                ) -%}
            {%- endfor -%}
            {%- if found | length > 20 -%}
                {%- do problems.append(
                    "- " ~ node.name ~ ".csv: " ~ (found | length - 20)
                    ~ " lines more are broken.\n"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if problems -%}
        {{- exceptions.raise_compiler_error(
            "The rule files can't be read, and nothing was built.\n"
            ~ problems | join
        ) -}}
    {%- endif -%}
{%- endmacro -%}
