{#- Takes whoever asked to be erased out of a history, as a hook of its model:
    the rows stay, so that counts of past days stay what they were, under a
    number in place of the lead_id, `(erased) 1` and so on. -#}
{%- macro forget_erased(history) -%}
update {{ history }} as history
set lead_id = erased.pseudonym
from (
    select
        found.lead_id,
        '(erased) ' || cast(
            row_number() over (order by {{ lead_scoring.text_key('found.lead_id') }})
            + forgotten.leads as {{ dbt.type_string() }}
        ) as pseudonym
    from (
        select distinct lead_id
        from {{ history }}
        where {{ lead_scoring.text_key('lead_id') }} in (
            select actor_key from {{ ref('int_erased_actors') }}
        )
    ) as found
    cross join (
        select count(distinct lead_id) as leads
        from {{ history }}
        where lead_id like '(erased) %'
    ) as forgotten
) as erased
where history.lead_id = erased.lead_id
{%- endmacro -%}
