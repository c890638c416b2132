with versions as (
    select * from {{ lead_snapshot_table() }} as versions
),

renamed as (
    select
        ---------- ids
        lead_id,

        ---------- text
        email,
        {% for name, column in field_columns('lead_attributes').items()
            if name != 'email' -%}
        {{ column }} as {{ optional_column({}, name) }},
        {% endfor %}

        ---------- timestamps
        cast(dbt_valid_from as {{ dbt.type_timestamp() }}) as valid_from
    from versions
)

select * from renamed
