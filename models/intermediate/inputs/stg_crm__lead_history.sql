with versions as (
    select * from {{ lead_snapshot_table() }} as versions
),

renamed as (
    select
        ---------- ids
        lead_id,

        ---------- text
        email,
        {{ history_attribute_columns() }}

        ---------- timestamps
        cast(dbt_valid_from as {{ dbt.type_timestamp() }}) as valid_from
    from versions
)

select * from renamed
