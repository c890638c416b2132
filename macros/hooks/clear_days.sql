{#- A hook that takes the days out of lead_score_history that this build writes anew:
    the recorded day, where an earlier time of it was published, and the days to
    restate. Whole days, since a delete by `unique_key` would compare every lead
    with every other one. `recorded`: a select; `observations`: the model. -#}
{%- macro clear_days_of_history(recorded, observations) -%}
    {%- if is_incremental() -%}
    {{- lead_scoring.remove_rows(
        this, "(
            basis = 'as_scored'
            and scored_on in (
                select cast(scored_at as date) from (" ~ recorded ~ ") as recorded)
            and scored_at < (
                select max(scored_at) from (" ~ recorded ~ ") as recorded)
        ) or (
            basis = 'restated'
            and scored_on in (
                select cast(scored_at as date) from " ~ observations ~ "
                where is_restated)
        )"
    ) -}}
    {%- endif -%}
{%- endmacro -%}
