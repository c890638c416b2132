{#- The stages of the days to restate, each day held from the one before, the
    first by `enters_at` alone: the CTE `restated`, and a CTE a day. `scores`: a
    relation of scores with scored_on; the others as in held_stages. -#}
{%- macro restated_stages(scores, bands, stages, exclusions) -%}
    {%- set number = lead_scoring.type_double() -%}
    {%- set days = lead_scoring.days_to_restate() -%}
    {%- set nothing = lead_scoring.empty_table(
        ['model_id', 'lead_key', 'stage', 'stage_rank', 'entered_at',
         'explicit_points_at_entry', 'implicit_points_at_entry'],
        {'lead_key': dbt.type_bigint(), 'stage_rank': 'integer',
         'entered_at': dbt.type_timestamp(),
         'explicit_points_at_entry': number,
         'implicit_points_at_entry': number}
    ) -%}
    {%- for day in days -%}
stays_{{ loop.index }} as (
    select
        held_stages.*,
        case
            when stage = previous_stage then previous_entered_at
            else scored_at
        end as entered_at
    from (
        {{ lead_scoring.held_stages(
            '(select * from ' ~ scores ~ " as scores where scored_on = cast('" ~ day
            ~ "' as date))",
            nothing if loop.first else 'stays_' ~ loop.index0,
            bands, stages, exclusions
        ) }}
    ) as held_stages
),

{% endfor -%}
restated as (
    {% for day in days -%}
    select * from stays_{{ loop.index }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- else -%}
    select
        held_stages.*,
        scored_at as entered_at
    from (
        {{ lead_scoring.held_stages(
            '(select * from ' ~ scores ~ ' as scores where 1 = 0)', nothing,
            bands, stages, exclusions
        ) }}
    ) as held_stages
    {%- endfor %}
)
{%- endmacro -%}
