with source as (
    select *
    from {{ crm_table(
        'leads',
        [
            'lead_id', 'email', 'merged_into_lead_id', 'created_at',
            'updated_at', 'merged_at',
        ],
        ['email', 'merged_into_lead_id', 'updated_at', 'merged_at'],
        field_columns('lead_attributes') | reject('eq', 'email') | list
    ) }} as leads
),

renamed as (
    select
        ---------- ids
        {{ trimmed_text('lead_id', list_var('empty_values')) }} as lead_id,
        {{ trimmed_text('merged_into_lead_id', list_var('empty_values')) }}
            as merged_into_lead_id,

        ---------- text
        {{ lowered(trimmed_text('email')) }} as email,
        {% for column in columns_of(
            crm_table('leads'),
            field_columns('lead_attributes') | reject('eq', 'email') | list,
            'leads'
        ) -%}
        {{ column }},
        {% endfor %}

        ---------- timestamps
        created_at,
        updated_at,
        merged_at
    from source
)

select * from renamed
