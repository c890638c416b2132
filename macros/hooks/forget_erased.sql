{#- Takes whoever asked to be erased out of a history, as a hook of its model:
    the rows stay, so that counts of past days stay what they were, under a
    number in place of the lead_id, `(erased) 1` and so on. -#}
{%- macro forget_erased(history) -%}
    {%- set is_erased = (
        lead_scoring.text_key('lead_id') ~ ' in (select actor_key from '
        ~ ref('int_erased_actors') ~ ')'
    ) -%}
    {%- set pseudonym -%}
(
    select max(erased.pseudonym)
    from (
        select
            found.lead_id as erased_lead_id,
            '(erased) ' || cast(
                row_number() over (order by {{ lead_scoring.text_key('found.lead_id') }})
                + forgotten.leads as {{ dbt.type_string() }}
            ) as pseudonym
        from (
            select distinct lead_id
            from {{ history }}
            where {{ is_erased }}
        ) as found
        cross join (
            select count(distinct lead_id) as leads
            from {{ history }}
            where lead_id like '(erased) %'
        ) as forgotten
    ) as erased
    where erased.erased_lead_id = lead_id
)
    {%- endset -%}
    {{- lead_scoring.change_rows(history, {'lead_id': pseudonym}, is_erased) -}}
{%- endmacro -%}
