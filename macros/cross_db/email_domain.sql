{#- The domain of the first email address in a text, whatever stands around it, such
    as `firm.example` of `Anna <anna@firm.example>; info@other.example`; null where
    there is none. A domain has a dot within it. -#}
{%- macro email_domain(expression) -%}
    {%- set marks = '"<>()[]{},;:|/?&=#*!' ~ "\u201c\u201d\u2018\u2019\u00ab\u00bb"
        ~ "\u00a0\u2007\u202f\u200b\u3000\ufeff" -%}
    {%- set parted = "translate(" ~ expression ~ ", '" ~ marks
        ~ "' || chr(9) || chr(10) || chr(13) || chr(39) || chr(92), '"
        ~ ' ' * (marks | length + 5) ~ "')" -%}
    {{- return(adapter.dispatch('email_domain', 'lead_scoring')(
        expression, parted, '[^ @.]+([.][^ @.]+)+'
    )) -}}
{%- endmacro -%}

{%- macro default__email_domain(given, parted, domain) -%}
nullif(substring(regexp_substr({{ parted }}, '@{{ domain }}'), 2), '')
{%- endmacro -%}

{%- macro bigquery__email_domain(given, parted, domain) -%}
regexp_extract({{ parted }}, r'@([^ @.]+(?:[.][^ @.]+)+)')
{%- endmacro -%}

{#- Here `translate` takes six times as long as the pattern. -#}
{%- macro duckdb__email_domain(given, parted, domain) -%}
    {%- set letter = '[^\\s@.,;:<>()\\[\\]{}"\'\'|/?&=#*!\\\\'
        ~ '\\x{201c}\\x{201d}\\x{2018}\\x{2019}\\x{ab}\\x{bb}'
        ~ '\\x{a0}\\x{2007}\\x{202f}\\x{200b}\\x{3000}\\x{feff}]+' -%}
nullif(regexp_extract(
            {{ given }}, '@({{ letter }}([.]{{ letter }})+)', 1
        ), '')
{%- endmacro -%}

{%- macro postgres__email_domain(given, parted, domain) -%}
substring({{ parted }} from '@({{ domain }})')
{%- endmacro -%}

{%- macro spark__email_domain(given, parted, domain) -%}
nullif(regexp_extract({{ parted }}, '@({{ domain }})', 1), '')
{%- endmacro -%}

{%- macro redshift__email_domain(given, parted, domain) -%}
    {{- lead_scoring.default__email_domain(given, parted, domain) -}}
{%- endmacro -%}

{%- macro trino__email_domain(given, parted, domain) -%}
regexp_extract({{ parted }}, '@({{ domain }})', 1)
{%- endmacro -%}
