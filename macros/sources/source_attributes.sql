{#- Which column of a source's raw tables each lead attribute is: ours, and over them
    the var such as `hubspot_attributes`. `renamed`: what a table calls columns
    otherwise, such as {'company': 'name'} of accounts. -#}
{%- macro source_attributes(source_name, renamed={}) -%}
    {%- set columns = {
        'hubspot': {
            'job_title': 'property_jobtitle', 'company': 'property_company',
            'annual_revenue': 'property_annualrevenue',
            'industry': 'property_industry', 'employees': 'property_numemployees',
            'country': 'property_country',
        },
        'salesforce': {
            'job_title': 'title', 'company': 'company', 'industry': 'industry',
            'employees': 'number_of_employees', 'annual_revenue': 'annual_revenue',
            'country': 'country',
        },
        'marketo': {
            'job_title': 'title', 'company': 'company', 'industry': 'industry',
            'employees': 'number_of_employees', 'annual_revenue': 'annual_revenue',
            'country': 'country',
        },
    }.get(source_name, {}) -%}
    {%- for attribute, column in
        (var(source_name ~ '_attributes', none) or {}).items() -%}
        {%- do columns.update({attribute | lower: column}) -%}
    {%- endfor -%}
    {%- for attribute, column in columns.items() -%}
        {%- do columns.update({attribute: renamed.get(column, column)}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro -%}
