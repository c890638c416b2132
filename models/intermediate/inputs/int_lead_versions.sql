-- Only what is not as the lead table has it: in most builds nothing, so that
-- neither matching nor scoring does anything twice.
with leads as (
    select * from {{ ref('int_leads') }}
),

said as (
    select
        leads.lead_key,
        {{ lead_history_columns() }}
        coalesce(
            cast(history.valid_from as {{ dbt.type_timestamp() }}),
            cast('0001-01-01' as {{ dbt.type_timestamp() }})
        ) as valid_from
    from {{ input_table('stg_crm__lead_history') }} as history
    inner join leads
        on
            cast(history.lead_id as {{ dbt.type_string() }}) = leads.lead_id
),

-- most leads never changed: they need no order
changed as (
    select distinct said.lead_key
    from said
    inner join leads on said.lead_key = leads.lead_key
    where {{ says_otherwise('said', 'leads') }}
),

history as (
    select said.*
    from said
    inner join changed on said.lead_key = changed.lead_key
),

-- the first version holds before it was seen too
begun as (
    select
        *,
        case
            when valid_from > min(valid_from) over (partition by lead_key)
                then valid_from
            else cast('0001-01-01' as {{ dbt.type_timestamp() }})
        end as holds_from
    from history
),

ended as (
    select
        *,
        coalesce(
            lead(holds_from) over (
                partition by lead_key
                order by
                    holds_from,
                    {{ sort_columns(lead_field_names(), lead_field_names()) }}
            ),
            cast('9999-12-31' as {{ dbt.type_timestamp() }})
        ) as holds_to
    from begun
),

moments as (
    select
        min(scored_at) as first_at,
        max(scored_at) as last_at
    from {{ ref('int_moments') }}
),

versions as (
    select
        -1 - row_number() over (order by ended.lead_key, ended.holds_from)
            as version_key,
        ended.lead_key,
        ended.email,
        {{ lowered(email_domain('ended.email')) }} as email_domain,
        {{ attribute_columns('ended.') }}
        ended.holds_from as valid_from,
        ended.holds_to as valid_to
    from ended
    inner join leads
        on ended.lead_key = leads.lead_key
    inner join moments
        on
            ended.holds_from <= moments.last_at
            and ended.holds_to > moments.first_at
            and ended.holds_from < ended.holds_to
    where {{ says_otherwise('ended', 'leads') }}
)

select * from versions
