{{ config(enabled=is_switched_on('reporting')) }}

-- Three ways to give credit for a lead: all of it to the first touch, all to the
-- last, or the same share to each touch.
with facts as (
    select * from {{ ref('lead_facts') }}
),

credits as (
    {% for touch in ['first', 'last'] -%}
    select
        '{{ touch }}' as touch,
        lead_id,
        {{ touch }}_channel as channel,
        {{ touch }}_campaign as campaign,
        1.0 as share
    from facts

    union all

    {% endfor -%}
    select
        'linear' as touch,
        facts.lead_id,
        touches.channel,
        touches.campaign,
        coalesce(touches.linear_share, 1.0) as share
    from facts
    left join {{ ref('int_lead_touches') }} as touches
        on {{ text_key('facts.lead_id') }} = touches.lead_key
),

credited as (
    select
        credits.touch,
        coalesce(credits.channel, '(none)') as channel,
        coalesce(credits.campaign, '(none)') as campaign,
        facts.stage,
        cast(sum(credits.share) as {{ type_double() }}) as leads,
        cast(sum(case when facts.is_qualified then credits.share else 0 end)
            as {{ type_double() }}) as qualified_leads,
        cast(sum(case when facts.is_won then credits.share else 0 end)
            as {{ type_double() }}) as won_leads,
        cast(coalesce(sum(credits.share * facts.won_amount), 0)
            as {{ type_double() }}) as won_amount,
        cast(sum(credits.share * facts.score) as {{ type_double() }})
            as score_total
    from credits
    inner join facts on credits.lead_id = facts.lead_id
    group by
        credits.touch, coalesce(credits.channel, '(none)'),
        coalesce(credits.campaign, '(none)'), facts.stage
)

select
    *,
    score_total / leads as average_score
from credited
