{#- What the histories may record in this build: a select of the as-of time with
    what was published before it. No row in a look-back, nor where the time was
    published under other rules before. `published`: int_published_moments;
    `as_of`: int_as_of. -#}
{%- macro recorded_moment(published, as_of) -%}
select published.*
    from {{ published }} as published
    inner join {{ as_of }} as as_of
        on
            published.scored_at = as_of.scored_at
            and published.rules_version = as_of.rules_version
    inner join (
        select max(scored_at) as scored_at from {{ published }}
    ) as newest on published.scored_at = newest.scored_at
{%- endmacro -%}
