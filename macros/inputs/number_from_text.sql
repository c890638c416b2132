{#- The number that people mean by a text such as `1,200`, `10,000+` or `$1.5M`, as a
    double; null where it is none of the forms in docs/clean-in-staging.md. Of a
    range, `51-200`, it is the low end. For staging models:

        {{ lead_scoring.number_from_text('employees') }} as employees

    `expression`: a column of any type; `decimal`: ',' where the column has decimal
    commas, so that `1.200` means 1200 and `1,5` means 1.5. -#}
{%- macro number_from_text(expression, decimal='.') -%}
    {%- set thousands = '.' if decimal == ',' else ',' -%}
    {#- one sign for each kind of mark, so that the pattern is plain ASCII -#}
    {%- set marks = "\u20ac\u00a3\u00a5\u20b9\u2013\u2014\u2212\u2248\u2265\u2264\u2019" -%}
    {%- set text = "translate(" ~ lead_scoring.lowered(
        lead_scoring.trimmed_text(expression)
    ) ~ ", '" ~ marks ~ "' || chr(39), '$$$$---~><  ')" -%}
    {%- set money = '([$]|usd|eur|gbp|chf)?' -%}
    {%- set unit = ' ?(k|tsd|thousand|m|mn|mio|million|b|bn|mrd|billion|%)?' -%}
    {%- set digits = '([0-9]{1,3}([' ~ thousands ~ ' ][0-9]{3}){1,4}|[0-9]{1,15})'
        ~ '([' ~ decimal ~ '][0-9]{1,9})?' -%}
    {%- set range = '( ?(-|to|bis) ?' ~ money ~ ' ?' ~ digits ~ unit ~ ')?' -%}
    {%- set pattern = '^[~<>]?=? ?' ~ money ~ ' ?[+-]?' ~ money ~ ' ?' ~ digits ~ unit
        ~ range ~ ' ?' ~ money ~ '[+]?( (employees|people|staff|users|seats))?$' -%}
    {#- without words, and `-` in place of those of a range -#}
    {%- set bare = namespace(sql=text) -%}
    {%- for word, sign in [
        ('employees', ''), ('people', ''), ('staff', ''), ('users', ''),
        ('seats', ''), ('usd', ''), ('eur', ''), ('gbp', ''), ('chf', ''),
        ('to', '-'), ('bis', '-'),
    ] -%}
        {%- set bare.sql = dbt.replace(bare.sql, "'" ~ word ~ "'", "'" ~ sign ~ "'") -%}
    {%- endfor -%}
    {%- set bare = "translate(" ~ bare.sql ~ ", '" ~ decimal ~ "$~<>=+ "
        ~ thousands ~ "', '.')" -%}
    {%- set low = lead_scoring.text_part(bare, "'-'",
        "case when " ~ bare ~ " like '-%' then 2 else 1 end") -%}
    {%- set unit_of -%}
case
            when {low} like '%b%' or {low} like '%mrd%' then 1000000000
            when {low} like '%m%' then 1000000
            when {low} like '%k%' or {low} like '%t%' then 1000
    {%- endset -%}
    {%- set read -%}
case
        when {{ lead_scoring.has_pattern(text, pattern) }}
            then cast(translate({{ low }}, 'abcdefghijklmnopqrstuvwxyz%', '')
                as {{ lead_scoring.type_double() }})
            * {{ unit_of | replace('{low}', low) }}
            else {{ unit_of | replace('{low}', bare) }} else 1 end
            end
            * case when {{ bare }} like '-%' then -1 else 1 end
    end
    {%- endset -%}
    {%- if decimal == ',' -%}
        {{- read -}}
    {%- else -%}
        {{- 'coalesce(' ~ lead_scoring.parsed_number(text) ~ ', ' ~ read ~ ')' -}}
    {%- endif -%}
{%- endmacro -%}
