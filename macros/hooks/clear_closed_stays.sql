{#- Takes the stays out of `lead_stage_history` that are in it a second time,
    closed. -#}
{%- macro clear_closed_stays(stays) -%}
    {%- if is_incremental() -%}
    {{- lead_scoring.remove_rows(
        stays, 'left_at is null and (model_id, lead_id, entered_at) in (
            select model_id, lead_id, entered_at from ' ~ stays ~ '
            where left_at is not null)'
    ) -}}
    {%- endif -%}
{%- endmacro -%}
