{#- The days of which this table lacks a row that is needed, or has it as it was
    before the day was loaded anew. `needed`: a relation of load_day and
    event_key. -#}
{%- macro days_to_read(needed) -%}
select distinct needed.load_day
    from {{ needed }} as needed
    {%- if is_incremental() %}
    inner join {{ ref('int_kept_days') }} as kept_days
        on needed.load_day = kept_days.load_day
    left join {{ this }} as kept
        on
            needed.load_day = kept.load_day
            and kept_days.stored_at = kept.stored_at
            and needed.event_key = kept.event_key
    where kept.event_key is null
    {%- endif -%}
{%- endmacro -%}

{#- Takes those days out, and those that were loaded anew. -#}
{%- macro clear_days_to_read(needed) -%}
    {%- if is_incremental() -%}
    {{- lead_scoring.remove_rows(
        this, 'load_day in (' ~ lead_scoring.days_to_read(needed)
        ~ ') or load_day in (select load_day from '
        ~ ref('int_changed_days') ~ ')'
    ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- Takes out who asked to be erased. -#}
{%- macro forget_erased_deliveries() -%}
{{- lead_scoring.remove_rows(
    this, 'actor_key in (select actor_key from '
    ~ ref('int_erased_actors') ~ ')'
) -}}
{%- endmacro -%}

{#- The CTEs `newest`, until when the kept events were looked through, and
    `repeated`, the events found more than once: of those kept since the last
    time, or of all. By its table, since a CTE read twice is written first. -#}
{%- macro repeated_keys() -%}
newest as (
    select max(stored_at) as stored_at
    from {{ ref('int_kept_days') }}
),

{% if is_incremental() -%}
new_days as (
    select kept_days.load_day
    from {{ ref('int_kept_days') }} as kept_days
    cross join (
        select max(stored_at) as stored_at from so_far
    ) as last_time
    where
        last_time.stored_at is null
        or kept_days.stored_at > last_time.stored_at
),

new_keys as (
    select distinct event_key
    from {{ ref('int_kept_events') }}
    where
        event_key is not null
        and {{ lead_scoring.kept_load_day() }} in (
            select load_day from new_days
        )
),

{% endif -%}
repeated as (
    select kept_events.event_key
    from {{ ref('int_kept_events') }} as kept_events
    {%- if is_incremental() %}
    inner join new_keys on kept_events.event_key = new_keys.event_key
    {%- endif %}
    where kept_events.event_key is not null
    group by kept_events.event_key
    having count(*) > 1
)
{%- endmacro -%}

{#- A delivery in full: a list of columns. -#}
{%- macro delivery_columns(relation) -%}
    {%- set columns = ['load_day', 'event_id', 'anonymous_id', 'event_type'] -%}
    {%- for column in lead_scoring.event_field_columns().values() -%}
        {%- do columns.append(column) -%}
    {%- endfor -%}
    {%- for column in columns + ['occurred_at', 'loaded_at', 'known_at'] -%}
    {{ relation }}.{{ column }}{{ ",
    " if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}
