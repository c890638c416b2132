{{ config(enabled=is_switched_on('reporting')) }}

-- Three ways to give credit for a lead: all of it to the first touch, all to
-- the last, or the same share to each touch.
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
        cast(1 as {{ type_double() }}) as share
    from facts

    union all

    {% endfor -%}
    select
        'linear' as touch,
        facts.lead_id,
        touches.channel,
        touches.campaign,
        coalesce(touches.linear_share, 1) as share
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
        sum(credits.share) as leads,
        sum(case when facts.is_qualified then credits.share else 0 end)
            as qualified_leads,
        sum(case when facts.is_won then credits.share else 0 end) as won_leads,
        coalesce(sum(credits.share * facts.won_amount), 0) as won_amount,
        sum(credits.share * facts.score) as score_total
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
