{#- What the ledger calls an entry, in one text: the columns of `entry_name_parts`
    one after the other, some of them empty. What parts them is in none. -#}
{%- macro entry_name(given) -%}
    {%- for part in lead_scoring.entry_name_parts() -%}
        {%- if not loop.first %} || chr(31) || {% endif -%}
        {%- if part in given -%}
            replace(coalesce({{ given[part] }}, ''), chr(31), ' ')
        {%- else -%}
            ''
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}

{#- The columns again, out of that text. -#}
{%- macro entry_name_columns(name) -%}
    {%- for part in lead_scoring.entry_name_parts() -%}
    nullif({{ dbt.split_part(name, 'chr(31)', loop.index) | trim }}, '')
            as {{ part }}
        {{- ",
        " if not loop.last -}}
    {%- endfor -%}
{%- endmacro -%}

{%- macro entry_name_parts() -%}
    {{- return([
        'entry_type', 'model_id', 'dimension', 'group_id', 'rule_id', 'reason'
    ]) -}}
{%- endmacro -%}
