{#- Text without the white space around it, with plain blanks in place of no-break
    ones, and its letters composed where the engine can; null where nothing is
    left. `expression`: a column of any type; `empty`: texts that stand for
    nothing too, whatever their case; `composed`: false for times, which have no
    letters to compose, in a shorter expression that reads a minus as a hyphen. -#}
{%- macro trimmed_text(expression, empty=[], composed=true) -%}
    {%- set around = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || '"
        ~ "\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
        ~ "\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff'" -%}
    {%- set given = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    {%- set plain = "translate(" ~ given ~ ", '\u00a0\u2007\u202f"
        ~ ("', '   ')" if composed else "\u2212', '   -')") -%}
    {{- return(adapter.dispatch('trimmed_text', 'lead_scoring')(
        given, plain, around, empty, composed
    )) -}}
{%- endmacro -%}

{#- fakesnow, on which this is tested, trims no tabs of what was translated -#}
{%- macro default__trimmed_text(given, plain, around, empty, composed=true) -%}
    {{- lead_scoring.default__filled_text(
        plain | replace(given, 'trim(' ~ given ~ ', ' ~ around ~ ')'), empty
    ) -}}
{%- endmacro -%}

{#- A text that was trimmed, or null where it stands for nothing. -#}
{%- macro default__filled_text(text, empty) -%}
    {%- if empty -%}
case
            when {{ lead_scoring.lowered(text) }}
                in ('', {{ lead_scoring.quoted_list(empty) }}) then null
            else {{ text }}
        end
    {%- else -%}
nullif({{ text }}, '')
    {%- endif -%}
{%- endmacro -%}

{%- macro bigquery__trimmed_text(given, plain, around, empty, composed=true) -%}
    {{- lead_scoring.default__filled_text(
        'trim(normalize(' ~ plain ~ '), ' ~ around ~ ')', empty
    ) -}}
{%- endmacro -%}

{#- By patterns: to trim takes ten times as long as to see that nothing is to trim,
    and each function takes memory, of which a thousand columns need much. Of whole
    texts, since DuckDB then asks once for each text of its dictionaries. -#}
{%- macro duckdb__trimmed_text(given, plain, around, empty, composed=true) -%}
    {%- if not composed -%}
        {{- return(lead_scoring.default__trimmed_text(given, plain, around, empty)) -}}
    {%- endif -%}
    {%- set breaks = '\\x{a0}\\x{2007}\\x{202f}' -%}
    {%- set blank = '\\s\\x0b\\x{85}\\x{1680}\\x{2000}-\\x{200b}\\x{2028}\\x{2029}'
        ~ '\\x{205f}\\x{2060}\\x{3000}\\x{feff}' ~ breaks -%}
    {%- set nothing = modules.re.sub(
        '([!-/:-@\\[-`{-~])', '\\\\\\1', empty | join('\n')
    ) | replace('\n', '|') | replace("'", "''") -%}
case
            when regexp_full_match(
                {{ given }}, '[{{ blank }}]*(?i:|{{ nothing }})[{{ blank }}]*'
            ) then null
            when regexp_full_match(
                {{ given }}, '[^{{ blank }}]([^{{ breaks }}]*[^{{ blank }}])?'
            ) then nfc_normalize({{ given }})
            when strlen({{ given }}) = length({{ given }})
                then trim({{ given }}, e' \t\n\x0b\f\r')
            else trim(nfc_normalize({{ plain }}), {{ around }})
        end
{%- endmacro -%}

{#- Only what is not in ASCII needs more than to be trimmed. -#}
{%- macro postgres__trimmed_text(given, plain, around, empty, composed=true) -%}
    {%- if not composed -%}
        {{- return(lead_scoring.spark__trimmed_text(given, plain, around, empty)) -}}
    {%- endif -%}
    {%- set text -%}
case
            when octet_length({{ given }}) = length({{ given }})
                then btrim({{ given }}, e' \t\n\x0b\f\r')
            else btrim(normalize({{ plain }}), {{ around }})
        end
    {%- endset -%}
    {{- lead_scoring.default__filled_text(text, empty) -}}
{%- endmacro -%}

{%- macro spark__trimmed_text(given, plain, around, empty, composed=true) -%}
    {{- lead_scoring.default__filled_text(
        'btrim(' ~ plain ~ ', ' ~ around ~ ')', empty
    ) -}}
{%- endmacro -%}

{%- macro redshift__trimmed_text(given, plain, around, empty, composed=true) -%}
    {{- lead_scoring.spark__trimmed_text(given, plain, around, empty) -}}
{%- endmacro -%}

{%- macro trino__trimmed_text(given, plain, around, empty, composed=true) -%}
    {{- lead_scoring.default__filled_text(
        'trim(both ' ~ around ~ ' from normalize(' ~ plain ~ '))', empty
    ) -}}
{%- endmacro -%}
