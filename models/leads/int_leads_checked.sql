-- Whatever `as_of` is: who is created later does not exist yet for an earlier
-- observation, which is decided there.
with leads as (
    select {{ lead_columns() }}
    from {{ input_table('stg_crm__leads') }}
),

merge_rows as (
    select
        {{ given_id('lead_id') }} as lead_id,
        {{ given_id('into_lead_id') }} as merged_into_lead_id,
        {{ optional_column(
            column_names(ref('stg_crm__merges')), 'merged_at',
            dbt.type_timestamp()
        ) }} as merged_at,
        {{ optional_column(
            column_names(ref('stg_crm__merges')), 'merged_at',
            dbt.type_string()
        ) }} as given_merged_at
    from {{ input_table('stg_crm__merges') }}
),

given as (
    select
        leads.*,
        false as is_merge
    from leads

    union all

    select
        merge_rows.lead_id,
        null as email,
        merge_rows.merged_into_lead_id,
        {% for column in field_columns('lead_attributes').values() -%}
        null as {{ column }},
        {% endfor -%}
        {% for time in ['created_at', 'updated_at'] -%}
        cast(null as {{ dbt.type_timestamp() }}) as {{ time }},
        null as given_{{ time }},
        {% endfor -%}
        merge_rows.merged_at,
        merge_rows.given_merged_at,
        true as is_merge
    from merge_rows
),

timed as (
    select
        *,
        {{ unread_time('created_at', 'given_created_at') }}
            as unread_created_at,
        {{ unread_time('updated_at', 'given_updated_at') }}
            as unread_updated_at,
        {{ unread_time('merged_at', 'given_merged_at') }} as unread_merged_at
    from given
),

erased as (
    select * from {{ ref('int_erased_actors') }}
),

marked as (
    select
        timed.*,
        erased.actor_key is not null as is_erased,
        case
            when erased.actor_key is not null then 'erased'
            when timed.lead_id is null then 'no lead_id'
            when timed.is_merge and timed.merged_into_lead_id is null
                then 'no into_lead_id'
            when timed.unread_created_at is not null
                then 'created_at cannot be read'
            when timed.created_at is null and not timed.is_merge
                then 'no created_at'
            when timed.created_at > {{ built_at() }}
                then 'created_at after this build'
            when timed.unread_updated_at is not null
                then 'updated_at cannot be read'
            when timed.updated_at > {{ built_at() }}
                then 'updated_at after this build'
            when timed.unread_merged_at is not null
                then 'merged_at cannot be read'
            when timed.merged_at > {{ built_at() }}
                then 'merged_at after this build'
        end as fault
    from timed
    left join erased on {{ text_key('timed.lead_id') }} = erased.actor_key
),

-- only leads with more than one row have to be put in order
repeated as (
    select
        lead_id,
        is_merge
    from marked
    group by lead_id, is_merge
    having count(*) > 1
),

placed as (
    select
        marked.*,
        1 as place
    from marked
    left join repeated
        on
            marked.lead_id = repeated.lead_id
            and marked.is_merge = repeated.is_merge
    where repeated.lead_id is null

    union all

    select
        marked.*,
        row_number() over (
            partition by marked.lead_id, marked.is_merge
            order by
                case when marked.fault is null then 0 else 1 end,
                case
                    when marked.is_merge then marked.merged_at
                    else marked.updated_at
                end desc nulls last,
                marked.created_at asc nulls last,
                {% for name in field_columns('lead_attributes').values() | list
                    + ['email', 'merged_into_lead_id'] -%}
                {{ in_byte_order('marked.' ~ name) }} asc nulls last,
                {% endfor -%}
                marked.merged_at asc nulls last
        ) as place
    from marked
    inner join repeated
        on
            marked.lead_id = repeated.lead_id
            and marked.is_merge = repeated.is_merge
)

-- of an erased lead the table keeps times and the reason, and no text
select
    {% for column in ['lead_id', 'email', 'merged_into_lead_id']
        + field_columns('lead_attributes').values() | list -%}
    case when not is_erased then {{ column }} end as {{ column }},
    {% endfor -%}
    created_at,
    updated_at,
    merged_at,
    is_merge,
    is_erased,
    case
        when is_erased then null
        else coalesce(unread_created_at, unread_updated_at, unread_merged_at)
    end as unread_time,
    place,
    case
        when fault is not null then fault
        when place > 1 then 'lead_id read before'
    end as rejection_reason
from placed
