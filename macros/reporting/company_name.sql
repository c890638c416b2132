{#- A company's name to compare with others: in lower case, without accents,
    punctuation, blanks and the words of the var `legal_forms`, so that `Müller & Söhne
    GmbH` is `Muller Sohne`; null where nothing is left. -#}
{%- macro company_name(expression) -%}
    {%- set accents = "\u00e4\u00e1\u00e0\u00e2\u00e3\u00e5\u00e7\u00e9\u00e8\u00ea\u00eb"
        ~ "\u00ed\u00ec\u00ee\u00ef\u00f1\u00f6\u00f3\u00f2\u00f4\u00f5\u00f8\u00fc\u00fa"
        ~ "\u00f9\u00fb\u00df\u0142\u015b\u017c\u017a\u0107\u0119\u0105" -%}
    {%- set plain = 'aaaaaaceeeeiiiinoooooouuuuslszzcea' -%}
    {%- set marks = ',;:()[]<>"&+/-_|*!?#' ~ "\u2013\u2019" -%}
    {%- set name = namespace(sql="' ' || translate("
        ~ lead_scoring.lowered(lead_scoring.trimmed_text(
            expression, lead_scoring.list_var('empty_values')
        ))
        ~ ", '" ~ accents ~ marks ~ ".' || chr(39), '" ~ plain
        ~ ' ' * (marks | length) ~ "') || ' '") -%}
    {%- for form in lead_scoring.list_var('legal_forms') -%}
        {%- set name.sql = dbt.replace(
            name.sql, "' ' || " ~ lead_scoring.quoted_list([form]) ~ " || ' '", "' '"
        ) -%}
    {%- endfor -%}
nullif({{ dbt.replace(name.sql, "' '", "''") }}, '')
{%- endmacro -%}
