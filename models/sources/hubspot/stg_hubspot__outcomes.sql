{{ config(enabled='hubspot' in (var('sources') or [])) }}

with deals as (
    select *
    from {{ raw_table(
        'hubspot', 'deal',
        texts=['deal_id', 'deal_pipeline_stage_id'],
        times=['property_closedate'],
        flags=['is_deleted', '_fivetran_deleted'],
        numbers=['property_amount'],
    ) }} as raw_deals
    where not is_deleted and not _fivetran_deleted
),

outcomes as (
    select
        {{ source_id('hubspot', 'contacts.contact_id') }} as lead_id,
        case when stages.closed_won then 'won' else 'lost' end as outcome,
        deals.property_amount as amount,
        deals.property_closedate as closed_at
    from deals
    inner join
        {{ raw_table('hubspot', 'deal_contact', ['deal_id', 'contact_id']) }}
            as contacts
        on deals.deal_id = contacts.deal_id
    inner join {{ raw_table(
        'hubspot', 'deal_pipeline_stage', ['stage_id'],
        flags=['is_closed', 'closed_won'],
    ) }} as stages
        on deals.deal_pipeline_stage_id = stages.stage_id
    left join {{ raw_table('hubspot', 'merged_deal', ['merged_deal_id']) }}
        as merged
        on deals.deal_id = merged.merged_deal_id
    where stages.is_closed and merged.merged_deal_id is null
)

select * from outcomes
