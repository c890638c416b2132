{{ config(enabled='hubspot' in (var('sources') or [])) }}

-- A winner lists those merged into it twice: as `1;2`, chains too, and as
-- `1:1700000000000;2:...` with the times, but without those merged before.
with contacts as (
    select
        id as winner_id,
        coalesce(property_hs_merged_object_ids, '') || ';'
        || coalesce(property_hs_calculated_merged_vids, '') as losers
    from {{ raw_table(
        'hubspot', 'contact',
        ['id', 'property_hs_merged_object_ids',
            'property_hs_calculated_merged_vids'],
        flags=['_fivetran_deleted', 'is_deleted'],
    ) }} as raw_contacts
    where not _fivetran_deleted and not is_deleted
),

positions as (
    {{ dbt.generate_series(200) }}
),

losers as (
    select
        contacts.winner_id,
        {{ trimmed_text(text_part('contacts.losers', "';'",
            'cast(positions.generated_number as integer)')) }} as loser
    from contacts
    cross join positions
    where contacts.losers <> ';'
)

select
    {{ source_id('hubspot', text_part('loser', "':'", 1)) }} as record_id,
    min({{ source_id('hubspot', 'winner_id') }}) as into_record_id,
    max({{ parsed_timestamp(text_part('loser', "':'", 2)) }}) as merged_at
from losers
where loser is not null
group by {{ text_part('loser', "':'", 1) }}
