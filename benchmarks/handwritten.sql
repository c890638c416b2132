-- The score of each lead under the default rules, as an analyst would write it
-- who knows the rules and the warehouse: every rule a literal, one pass over
-- the events. Reads the views leads, identities and first_deliveries.
create or replace table scores as
with recursive known_leads as (
    select * from leads where created_at <= getvariable('as_of')
),

merges as (
    select merged.lead_id, merged.merged_into_lead_id as survivor_id
    from known_leads as merged
    inner join known_leads as target
        on merged.merged_into_lead_id = target.lead_id
    where merged.merged_at <= getvariable('as_of')
),

chains as (
    select lead_id, survivor_id from merges
    union all
    select chains.lead_id, merges.survivor_id
    from chains
    inner join merges on chains.survivor_id = merges.lead_id
),

survivors as (
    select lead_id, survivor_id
    from chains
    where survivor_id not in (select lead_id from merges)
),

visitors as (
    select anonymous_id, min_by(lead_id, identified_at) as lead_id
    from identities
    where identified_at <= getvariable('as_of')
    group by anonymous_id
),

-- the rule that an event counts for, within its window
matched_events as (
    select
        lead_id,
        anonymous_id,
        occurred_at,
        date_diff('microsecond', occurred_at, getvariable('as_of'))
            / 86400e6 as age,
        case event_type
            when 'page_view' then case
                when page_path like '/pricing%' and age <= 90 then 'pricing'
                when page_path like '/case-studies/harbor-foods%'
                    then 'case study'
                when
                    (page_path like '/careers%' or page_path like '/jobs%')
                    and age <= 60
                    then 'careers'
                when age <= 30 then 'page'
            end
            when 'session' then case
                when age <= 60 and duration_seconds > 120 and page_views >= 2
                    then 'session'
            end
            when 'gated_download' then case when age <= 120 then 'download' end
            when 'webinar_attendance' then case
                when age <= 180 and duration_seconds >= 600 then 'webinar'
            end
            when 'newsletter_subscription'
                then case when age <= 365 then 'subscription' end
            when 'social_engagement' then case when age <= 60 then 'social' end
            when 'newsletter_open' then case when age <= 90 then 'open' end
            when 'email_click' then case when age <= 90 then 'click' end
            when 'contact_request' then case when age <= 180 then 'contact' end
            when 'sample_request' then case when age <= 180 then 'sample' end
            when 'demo_request' then case when age <= 180 then 'demo' end
            when 'quote_request' then case when age <= 180 then 'quote' end
            when 'unsubscribe' then case when age <= 180 then 'unsubscribe' end
        end as rule
    from first_deliveries
    where rule is not null and occurred_at <= getvariable('as_of')
),

numbered as (
    select
        coalesce(
            survivors.survivor_id, matched_events.lead_id, visitors.lead_id
        ) as lead_id,
        cast(occurred_at as date) as day,
        age,
        rule,
        row_number() over (
            partition by
                coalesce(
                    survivors.survivor_id,
                    matched_events.lead_id,
                    visitors.lead_id
                ),
                rule,
                cast(occurred_at as date)
            order by occurred_at
        ) as place
    from matched_events
    left join visitors on matched_events.anonymous_id = visitors.anonymous_id
    left join survivors
        on
            coalesce(matched_events.lead_id, visitors.lead_id)
            = survivors.lead_id
),

implicit_rules as (
    select
        lead_id,
        least(5, count(distinct day) filter (
            rule in ('page', 'pricing', 'case study', 'careers') and age <= 30
        )) as site_visit,
        least(6, coalesce(sum(2 * 0.5 ** (age / 14)) filter (
            rule = 'pricing' and place = 1
        ), 0)) as pricing_visit,
        case
            when count(*) filter (rule = 'pricing' and age <= 30) >= 3 then 5
            else 0
        end as pricing_three_visits,
        coalesce(max(4 * greatest(0, 1 - age / 90)) filter (
            rule = 'case study'
        ), 0) as case_study,
        least(9, 3 * count(*) filter (rule = 'session' and place <= 2))
            as engaged_session,
        least(8, 2 * count(*) filter (rule = 'download')) as gated_download,
        least(10, coalesce(sum(5 * 0.5 ** (age / 60)) filter (
            rule = 'webinar' and place = 1
        ), 0)) as webinar_attended,
        coalesce(max(3) filter (rule = 'subscription'), 0)
            as newsletter_subscribed,
        least(3, coalesce(sum(greatest(0, 1 - age / 60)) filter (
            rule = 'social' and place = 1
        ), 0)) as social_engaged,
        least(5, count(*) filter (rule = 'open' and place = 1))
            as newsletter_opened,
        least(8, coalesce(sum(2 * 0.5 ** (age / 30)) filter (
            rule = 'click' and place <= 2
        ), 0)) as email_clicked,
        coalesce(max(10 * greatest(0, 1 - age / 90)) filter (
            rule = 'contact'
        ), 0) as contact_requested,
        coalesce(max(10 * 0.5 ** (age / 30)) filter (rule = 'sample'), 0)
            as sample_requested,
        coalesce(max(20 * 0.5 ** (age / 45)) filter (rule = 'demo'), 0)
            as demo_requested,
        coalesce(max(20 * 0.5 ** (age / 45)) filter (rule = 'quote'), 0)
            as quote_requested,
        greatest(-12, coalesce(sum(-4 * greatest(0, 1 - age / 60)) filter (
            rule = 'careers' and place = 1
        ), 0)) as careers_page,
        coalesce(min(-10) filter (rule = 'unsubscribe'), 0) as unsubscribed
    from numbered
    group by lead_id
),

implicit_points as (
    select
        lead_id,
        least(
            20, site_visit + pricing_visit + pricing_three_visits + case_study
            + engaged_session
        )
        + least(
            16, gated_download + webinar_attended + newsletter_subscribed
            + social_engaged
        )
        + greatest(newsletter_opened, email_clicked)
        + least(
            32, contact_requested + sample_requested + demo_requested
            + quote_requested
        )
        + greatest(-20, careers_page + unsubscribed) as points
    from implicit_rules
),

cleaned_leads as (
    select
        lead_id,
        lower(trim(company)) as company,
        lower(trim(job_title)) as job_title,
        lower(trim(role)) as role,
        lower(trim(industry)) as industry,
        lower(trim(country)) as country,
        lower(trim(preferred_language)) as preferred_language,
        employees,
        annual_revenue,
        budget,
        years_of_experience
    from known_leads
    where lead_id not in (select lead_id from merges)
),

explicit_rules as (
    select
        lead_id,
        case
            when
                (job_title like 'chief%' and job_title like '%officer%')
                or job_title in (
                    'ceo', 'cfo', 'cio', 'cmo', 'coo', 'cpo', 'cro', 'cto'
                )
                then 10
            when regexp_matches(
                job_title,
                '^(founder|co-founder|owner|president|managing director)'
            ) then 9
            when regexp_matches(
                job_title,
                '^(vp|svp|evp|vice president|senior vice president)'
            ) then 8
            when regexp_matches(job_title, '^(director|head of)|director$')
                then 7
            when job_title like '%manager' then 5
            when regexp_matches(
                job_title, '(engineer|analyst|specialist|consultant)$'
            ) then 2
            else 0
        end as seniority,
        case
            when role in ('decision maker', 'budget holder') then 5
            when role in ('influencer', 'evaluator') then 3
            when role = 'user' then 1
            else 0
        end as buying_role,
        case
            when industry in (
                'manufacturing', 'automotive', 'food and beverage'
            ) then 6
            when industry in (
                'chemicals', 'energy', 'logistics', 'pharmaceuticals'
            ) then 3
            else 0
        end as industry_fit,
        case
            when employees < 10 then -5
            when employees between 50 and 199 then 4
            when employees between 200 and 4999 then 6
            when employees >= 5000 then 4
            else 0
        end as size_fit,
        case
            when annual_revenue > 100000000 then 6
            when annual_revenue > 10000000 then 3
            else 0
        end as revenue_fit,
        case when budget >= 100000 then 8 when budget >= 25000 then 4 else 0 end
            as budget,
        case
            when years_of_experience >= 10 then 3
            when years_of_experience >= 5 then 1
            else 0
        end as experience,
        case
            when country in (
                'germany', 'austria', 'switzerland', 'de', 'at', 'ch'
            ) then 3
            when country in (
                'france', 'netherlands', 'poland', 'united kingdom',
                'united states', 'fr', 'nl', 'pl', 'gb', 'us'
            ) then 2
            when country <> '' then -5
            else 0
        end as market,
        case
            when preferred_language in ('german', 'english', 'de', 'en') then 2
            else 0
        end as language,
        case
            when company like 'rivalytics%' or company like 'copycat cloud%'
                then -40
            when
                regexp_matches(
                    job_title,
                    '^(student|working student|graduate student|phd student)'
                )
                or job_title like '%student'
                or regexp_matches(job_title, 'retired|pensioner')
                then -20
            when regexp_matches(
                job_title, 'unemployed|between jobs|looking for work'
            ) then -15
            else 0
        end as disqualifiers
    from cleaned_leads
),

explicit_points as (
    select
        lead_id,
        seniority
        + buying_role
        + least(18, industry_fit + greatest(size_fit, 0) + revenue_fit)
        + greatest(-5, least(size_fit, 0))
        + budget
        + experience
        + least(5, greatest(market, 0) + language)
        + greatest(-5, least(market, 0))
        + disqualifiers as points
    from explicit_rules
)

select
    explicit_points.lead_id,
    round(greatest(0, least(
        100, explicit_points.points + coalesce(implicit_points.points, 0)
    )), 2) as score
from explicit_points
left join implicit_points
    on explicit_points.lead_id = implicit_points.lead_id;
