{#- Takes the days out of `lead_score_history` that this build writes anew: the
    day of the recorded moment, where an earlier moment of it was published,
    and the days to restate. Whole days, by the day: a delete by `unique_key`
    would compare every lead with every other one. -#}
{%- macro clear_day_of(recorded_moment) -%}
    {%- if is_incremental() -%}
    {{- lead_scoring.remove_rows(
        this, "basis = 'as_scored' and scored_on in (
            select cast(scored_at as date) from " ~ recorded_moment ~ ")
        and scored_at < (select max(scored_at) from " ~ recorded_moment ~ ")"
    ) -}}
    {%- endif -%}
{%- endmacro -%}

{%- macro clear_restated_days(moments) -%}
    {%- if is_incremental() -%}
    {{- lead_scoring.remove_rows(
        this, "basis = 'restated' and scored_on in (
            select cast(scored_at as date) from " ~ moments ~ "
            where is_restated)"
    ) -}}
    {%- endif -%}
{%- endmacro -%}
