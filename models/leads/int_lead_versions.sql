-- Only what is not as the lead table has it: in most builds nothing, so that
-- neither matching nor scoring does anything twice. A column that the history
-- lacks is as the leads have it.
{%- set existing = column_names(ref('stg_crm__lead_history')) %}
with leads as (
    select * from {{ ref('int_leads') }}
),

history as (
    select
        history.*,
        {{ optional_column(
            column_names(ref('stg_crm__lead_history')), 'valid_from',
            dbt.type_timestamp()
        ) }} as begins_at
    from {{ input_table('stg_crm__lead_history') }} as history
),

said as (
    select
        leads.lead_key,
        {% for name, column in [('email', 'email')]
            + field_columns('lead_attributes').items() | list -%}
        {{ trimmed_text(
            optional_column(
                existing, name, table='history.', missing='leads.' ~ column
            ), list_var('empty_values')
        ) }} as {{ column }},
        {% endfor -%}
        coalesce(
            history.begins_at,
            cast('0001-01-01' as {{ dbt.type_timestamp() }})
        ) as valid_from
    from history
    inner join leads
        on
            cast(history.lead_id as {{ dbt.type_string() }}) = leads.lead_id
    where
        {{ unread_time('history.begins_at', 'history.valid_from') }} is null
),

-- most leads never changed: they need no order
changed as (
    select distinct said.lead_key
    from said
    inner join leads on said.lead_key = leads.lead_key
    where
        1 = 1
        and (
            coalesce(said.email, '') <> coalesce(leads.email, '')
            {% for part in field_columns('lead_attributes').values()
                | batch(30) -%}
            or (
                1 = 0
                {% for column in part -%}
                or coalesce(said.{{ column }}, '')
                <> coalesce(leads.{{ column }}, '')
                {% endfor %}
            )
            {% endfor %}
        )
),

changed_leads as (
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
    from changed_leads
),

ended as (
    select
        *,
        coalesce(
            lead(holds_from) over (
                partition by lead_key
                order by
                    holds_from,
                    {{ in_byte_order('email') }} asc nulls last,
                    {% for name in field_columns('lead_attributes').values() -%}
                    {{ in_byte_order(name) }} asc nulls last,
                    {% endfor -%}
                    lead_key
            ),
            cast('9999-12-31' as {{ dbt.type_timestamp() }})
        ) as holds_to
    from begun
),

versions as (
    select
        -1 - row_number() over (order by ended.lead_key, ended.holds_from)
            as version_key,
        ended.lead_key,
        ended.email,
        {{ lowered(email_domain('ended.email')) }} as email_domain,
        {% for column in field_columns('lead_attributes').values() -%}
        ended.{{ column }},
        {% endfor %}
        ended.holds_from as valid_from,
        ended.holds_to as valid_to
    from ended
    inner join leads
        on ended.lead_key = leads.lead_key
    where
        ended.holds_from < ended.holds_to
        and (
            coalesce(ended.email, '') <> coalesce(leads.email, '')
            {% for columns in field_columns('lead_attributes').values()
                | batch(30) -%}
            or (
                1 = 0
                {% for column in columns -%}
                or coalesce(ended.{{ column }}, '')
                <> coalesce(leads.{{ column }}, '')
                {% endfor %}
            )
            {% endfor %}
        )
)

select * from versions
