{#- Fails the model that it is a hook of where that holds a row, with a sentence
    for each: nothing that depends on it is built, and what was published stays
    as it was. The rows stay in the model's table. -#}
{%- macro stop_on_rule_problems(problems) -%}
    {%- set sentences = lead_scoring.rule_sentences(problems, 'problem') -%}
    {%- if sentences -%}
        {{- exceptions.raise_compiler_error(
            "The rule tables are broken, and no score was published.\n"
            ~ sentences
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- Warns with a sentence for each row of the model that it is a hook of. -#}
{%- macro warn_of_rules(warnings) -%}
    {%- set sentences = lead_scoring.rule_sentences(warnings, 'warning') -%}
    {%- if sentences -%}
        {%- do exceptions.warn(
            "The rule tables are sound, but look at these.\n" ~ sentences
        ) -%}
    {%- endif -%}
{%- endmacro -%}

{#- A line for each row of a relation with the columns file, model_id, rule_id
    and the one that holds the sentence. -#}
{%- macro rule_sentences(relation, sentence) -%}
    {%- if execute -%}
        {%- for file, model_id, rule_id, said in run_query(
            'select file, model_id, rule_id, ' ~ sentence ~ ' from ' ~ relation
            ~ ' order by file, model_id, rule_id, ' ~ sentence
        ).rows -%}
            {{- "- " ~ file -}}
            {{- ", model " ~ model_id if model_id and model_id != rule_id -}}
            {{- ", " ~ rule_id if rule_id -}}
            {{- ": " ~ said ~ ".\n" -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
