{#- Warns where this build scores an earlier moment than the last one that was
    published: its marts show that moment, and the histories stay as they are.
    `published`, `as_of`: the two tables with a scored_at. -#}
{%- macro warn_of_look_back(published, as_of) -%}
    {%- if execute -%}
        {%- for newest_at, scored_at in run_query(
            'select newest.scored_at as newest_at, as_of.scored_at from '
            ~ as_of ~ ' as as_of inner join (select max(scored_at) as scored_at '
            ~ 'from ' ~ published ~ ') as newest '
            ~ 'on as_of.scored_at < newest.scored_at'
        ).rows -%}
            {%- do exceptions.warn(
                "A look-back: this build scores the leads as of " ~ scored_at
                ~ ", earlier than the last build, as of " ~ newest_at ~ ". Its "
                ~ "tables show that time until the next build; "
                ~ "lead_score_history and lead_stage_history do not change."
                ~ (
                    " No build can know that later time yet: if it was published "
                    ~ "by mistake, docs/history.md says how to take it back."
                    if newest_at | string > run_started_at.strftime('%Y-%m-%d %H')
                    else ''
                )
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
