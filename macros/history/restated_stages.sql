{#- The CTE `restated`: the stages of the days to restate, each day held from
    the one before, the first by `enters_at` alone. Reads the CTE scores (with
    scored_on). -#}
{%- macro restated_stages() -%}
    {%- set number = lead_scoring.type_double() -%}
    {%- set days = lead_scoring.days_to_restate() -%}
stays_0 as (
    select
        scored_at,
        model_id,
        lead_key,
        score,
        explicit_points,
        implicit_points,
        cast(null as {{ dbt.type_string() }}) as stage,
        cast(null as integer) as stage_rank,
        scored_at as entered_at,
        cast(null as {{ number }}) as explicit_points_at_entry,
        cast(null as {{ number }}) as implicit_points_at_entry
    from scores
    where 1 = 0
),

{% for day in days -%}
stays_{{ loop.index }} as (
    select
        scored_at,
        model_id,
        lead_key,
        score,
        explicit_points,
        implicit_points,
        stage,
        stage_rank,
        case
            when stage = previous_stage then previous_entered_at
            else scored_at
        end as entered_at,
        explicit_points_at_entry,
        implicit_points_at_entry
    from (
        {{ lead_scoring.held_stages(
            "(select * from scores where scored_on = cast('" ~ day
            ~ "' as date))",
            'stays_' ~ loop.index0
        ) }}
    ) as held_stages
),

{% endfor -%}
restated as (
    {% for number in range(days | length + 1) -%}
    select * from stays_{{ number }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor %}
)
{%- endmacro -%}
