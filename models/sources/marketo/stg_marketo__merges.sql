{{ config(enabled='marketo' in (var('sources') or [])) }}

-- The activity names the winner as its lead and lists the losers, `[1, 2]`.
with positions as (
    {{ dbt.generate_series(50) }}
),

listed as (
    select
        raw_merges.lead_id as winner_id,
        raw_merges.activity_date as merged_at,
        {{ trimmed_text(text_part(
            "translate(raw_merges.merge_ids, '[]', '  ')", "','",
            'cast(positions.generated_number as integer)'
        )) }} as loser_id
    from {{ raw_table(
        'marketo', 'activity_merge_leads', ['lead_id', 'merge_ids'],
        times=['activity_date'],
    ) }} as raw_merges
    cross join positions
),

paired as (
    select
        into_lead as winner_id, merged_lead as loser_id,
        cast(null as {{ dbt.type_timestamp() }}) as merged_at
    from {{ raw_table('marketo', 'merged_lead', ['merged_lead', 'into_lead']) }}
        as raw_pairs
    union all
    select winner_id, loser_id, merged_at from listed
)

select
    {{ source_id('marketo', 'loser_id') }} as record_id,
    {{ source_id('marketo', 'winner_id') }} as into_record_id,
    merged_at
from paired
where loser_id is not null and winner_id is not null
