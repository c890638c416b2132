{#- Fails the model that it is a hook of where that holds a row, with a sentence
    for each: nothing that depends on it is built, and what was published stays
    as it was. The rows stay in the model's table. -#}
{%- macro stop_on_rule_problems(problems) -%}
    {%- if execute -%}
        {%- set rows = run_query(
            'select file, model_id, rule_id, problem from ' ~ problems
            ~ ' order by file, model_id, rule_id, problem'
        ).rows -%}
        {%- if rows | length > 0 -%}
            {{- exceptions.raise_compiler_error(
                "The rule tables are broken, and no score was published.\n"
                ~ lead_scoring.rule_sentences(rows)
            ) -}}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{#- One line for each row of (file, model_id, rule_id, problem). -#}
{%- macro rule_sentences(rows) -%}
    {%- for file, model_id, rule_id, problem in rows -%}
        {{- "- " ~ file -}}
        {{- ", model " ~ model_id if model_id and model_id != rule_id -}}
        {{- ", " ~ rule_id if rule_id -}}
        {{- ": " ~ problem ~ ".\n" -}}
    {%- endfor -%}
{%- endmacro -%}
