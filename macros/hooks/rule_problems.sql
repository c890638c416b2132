{#- A hook that says a sentence for each row of its model: file, model_id, rule_id,
    and what the column `sentence` says. As an error it fails the model, so that
    nothing that depends on it is built and what was published stays; else it
    warns. The rows stay in the model's table. -#}
{%- macro say_rule_rows(relation, sentence, begins_with, is_error) -%}
    {%- set lines = [] -%}
    {%- for file, model_id, rule_id, said in (run_query(
        'select file, model_id, rule_id, ' ~ sentence ~ ' from ' ~ relation
        ~ ' order by file, model_id, rule_id, ' ~ sentence
    ).rows if execute else []) -%}
        {%- do lines.append(
            "- " ~ file
            ~ (", model " ~ model_id if model_id and model_id != rule_id else "")
            ~ (", " ~ rule_id if rule_id else "") ~ ": " ~ said ~ ".\n"
        ) -%}
    {%- endfor -%}
    {%- if lines and is_error -%}
        {{- exceptions.raise_compiler_error(begins_with ~ "\n" ~ lines | join) -}}
    {%- elif lines -%}
        {%- do exceptions.warn(begins_with ~ "\n" ~ lines | join) -%}
    {%- endif -%}
{%- endmacro -%}
