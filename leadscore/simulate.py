"""Simulate a CRM of any size as Parquet files, for benchmarks.

    python -m leadscore.simulate folder [--events 1e6] [--seed 20260630]

Half a year up to END goes to `folder/history`, the one day after it to
`folder/day`; each has a folder of files for each of the five inputs. Events
stand in the order in which they were loaded.

A few leads do most of what is done. One event in ten is loaded late, by up to
ten days; one in a hundred is delivered a second time, and a quarter of those
then claims another time. Some events are anonymous, some visitors are
identified later, some leads are merged. Every default rule matches something.

The same seed gives the same rows, as long as DuckDB's `hash` stays the same.
DuckDB makes them in slices, so that memory does not grow with their number.
"""

import argparse
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

SEED = 20260630
START = datetime(2026, 1, 1)
END = datetime(2026, 6, 30)  # of the history; the day more is this one
DAY = timedelta(days=1)
ROW_GROUP = 122_880
SLICE = 20 * ROW_GROUP  # events of a file

EVENT_TYPES = {
    "page_view": 0.52,
    "session": 0.10,
    "email_delivery": 0.12,
    "newsletter_open": 0.10,
    "email_click": 0.04,
    "gated_download": 0.02,
    "social_engagement": 0.02,
    "webinar_registration": 0.01,
    "webinar_attendance": 0.01,
    "newsletter_subscription": 0.01,
    "unsubscribe": 0.004,
    "contact_request": 0.003,
    "sample_request": 0.002,
    "demo_request": 0.002,
    "quote_request": 0.001,
    "ad_view": 0.038,
}
PAGES = {
    "/": 0.20,
    "/product": 0.15,
    "/pricing": 0.04,
    "/pricing?plan=team": 0.01,
    "/case-studies/alto-cement": 0.02,
    "/case-studies/harbor-foods": 0.01,
    "/careers/sales-engineer": 0.015,
    "/jobs": 0.005,
}  # the rest reads one of 5,000 posts
TITLES = {
    "Chief Operating Officer": 0.01,
    "CTO": 0.01,
    "Founder": 0.01,
    "VP Operations": 0.02,
    "Head of Maintenance": 0.05,
    "Operations Director": 0.03,
    "Plant Manager": 0.12,
    "maintenance manager ": 0.05,
    "Process Engineer": 0.15,
    "DATA ANALYST": 0.08,
    "Shift Supervisor": 0.12,
    "Marketing Intern": 0.08,
    "PhD student": 0.03,
    "Marketing Student": 0.02,
    "Retired": 0.01,
    "Looking for work": 0.01,
}  # for the rest nobody knows
ROLES = {"Decision maker": 0.1, "Influencer": 0.2, "User": 0.3}
INDUSTRIES = {
    "Manufacturing": 0.2,
    "food and beverage": 0.1,
    "Logistics": 0.1,
    "Energy": 0.05,
    "Software": 0.3,
    "Media": 0.1,
}
COUNTRIES = {
    "Germany": 0.3,
    "AT": 0.05,
    "France": 0.15,
    "United States": 0.2,
    "Brazil": 0.1,
    "Japan": 0.1,
}
LANGUAGES = {"German": 0.3, "en": 0.3, "French": 0.3}

# n: number of a row, salt: which of its draws. At least 0, below 1.
UNIFORM = """
create macro draw(n, salt) as
    (hash(n, salt, {seed}) >> 11) / 9007199254740992.0
"""

# A day's events are numbered on after the history's, so that an event can be
# delivered again in the day after it.
LOADED_AT = """
create macro loaded_at(n) as case
    when n < {events} then timestamp '{start}' + to_microseconds(cast(
        (n + draw(n, 1)) / {events} * {history_us} as bigint))
    else timestamp '{end}' + to_microseconds(cast(
        (n - {events} + draw(n, 1)) / {day_events} * {day_us} as bigint))
end
"""

# In the day a lead in fifty is active, and leads that are new.
LEAD = """
create macro lead_number(n) as cast(case
    when n < {events} then floor(draw(n, 2) ** 2 * {leads})
    when draw(n, 3) < 0.1 then {leads} + floor(draw(n, 2) * {new_leads})
    else floor(draw(n, 2) ** 2 * {leads} / 50) * 50
end as bigint)
"""

EVENTS = """
with deliveries as (
    select n as delivery, n from range({first}, {last}) as events(n)
    union all
    select n as delivery, n - 1 - cast(floor(draw(n, 4) * {per_day}) as bigint)
    from range({first}, {last}) as events(n)
    where draw(n, 5) < 0.01 and n > {per_day}
),

drawn as (
    select
        *,
        lead_number(n) as lead,
        draw(n, 6) as draw_type,
        draw(n, 7) as draw_detail,
        loaded_at(delivery) as loaded_at,
        case
            when delivery > n and draw(n, 8) < 0.25 then loaded_at(delivery)
            when draw(n, 9) < 0.1 then
                loaded_at(n) - to_microseconds(
                    cast(draw(n, 10) * 10 * {day_us} as bigint))
            else loaded_at(n) - to_microseconds(
                cast(draw(n, 10) * 60e6 as bigint))
        end as occurred_at
    from deliveries
),

typed as (
    select *, {event_type} as event_type
    from drawn
),

who as (
    select
        *,
        event_type in ('page_view', 'session') as is_on_site,
        is_on_site and draw(n, 11) < 0.02 / 0.62 as is_anonymous
    from typed
)

select
    cast(cast(md5(cast(n as varchar)) as uuid) as varchar) as event_id,
    case when not is_anonymous then {lead_id} end as lead_id,
    case
        when is_anonymous then format(
            'anon-{{:09d}}', cast(floor(draw(n, 12) ** 2 * {visitors}) as bigint))
        when is_on_site and draw(lead, 13) < 0.6
            then format('anon-{{:09d}}', {visitors} + lead)
    end as anonymous_id,
    event_type,
    case
        when event_type = 'page_view' then coalesce({page_path}, format(
            '/blog/post-{{:04d}}', cast(floor(draw(n, 14) ** 2 * 5000) as int)))
    end as page_path,
    case
        when event_type in ('email_delivery', 'newsletter_open', 'email_click')
            then format('newsletter-{{:02d}}', cast(draw_detail * 26 as int))
        when event_type in ('gated_download', 'webinar_attendance')
            then format('guide-{{:02d}}', cast(draw_detail * 20 as int))
    end as asset,
    case
        when starts_with(event_type, 'email') then 'email'
        when draw_detail < 0.5 then 'organic' else 'ads'
    end as channel,
    case
        when event_type = 'session' then cast(draw(n, 15) ** 3 * 1800 as int)
        when event_type = 'webinar_attendance'
            then cast(120 + draw(n, 15) * 3480 as int)
    end as duration_seconds,
    case
        when event_type = 'session' then 1 + cast(floor(draw(n, 16) ** 2 * 8) as int)
    end as page_views,
    occurred_at,
    loaded_at
from who
order by loaded_at, delivery > n
"""

# A lead is merged into an older number, so chains happen and circles do not.
LEADS = """
select
    {lead_id} as lead_id,
    case
        when lead < {leads} then timestamp '{end}'
            - to_microseconds(cast(draw(lead, 20) * 365 * {day_us} as bigint))
        else timestamp '{end}'
            + to_microseconds(cast(draw(lead, 20) * {day_us} as bigint))
    end as created_at,
    format('person-{{:d}}@company-{{:d}}.example', lead, company) as email,
    format('Company {{:d}}', company) as company,
    {job_title} as job_title,
    {role} as role,
    {industry} as industry,
    case when draw(lead, 21) < 0.9
        then cast(exp(2 + draw(lead, 22) * 7) as int) end as employees,
    case when draw(lead, 21) < 0.8
        then cast(exp(13 + draw(lead, 23) * 7) as bigint) end as annual_revenue,
    case when draw(lead, 24) < 0.3
        then cast(draw(lead, 25) * 150 as int) * 1000 end as budget,
    case when draw(lead, 26) < 0.7
        then cast(draw(lead, 27) * 30 as int) end as years_of_experience,
    {country} as country,
    {preferred_language} as preferred_language,
    case when is_merged
        then format('lead-{{:09d}}', cast(floor(draw(lead, 29) * lead) as bigint))
    end as merged_into_lead_id,
    case when is_merged
        then timestamp '{start}' + to_microseconds(
            cast(draw(lead, 30) * ({history_us} + {day_us}) as bigint))
    end as merged_at
from (
    select
        lead,
        hash(lead) % 20000 as company,
        draw(lead, 28) < 0.005 and lead between 1 and {leads} - 1 as is_merged
    from range({first_lead}, {last_lead}) as numbers(lead)
)
order by lead
"""

# One visitor in a hundred is linked to two leads: the first link counts.
IDENTITIES = """
with links as (
    select
        visitor,
        {lead_id} as lead_id,
        timestamp '{start}' + to_microseconds(
            cast(draw(link, 41) * ({history_us} + {day_us}) as bigint)
        ) as identified_at
    from (
        select
            visitor,
            visitor + second * {visitors} as link,
            cast(floor(draw(link, 42) * {leads}) as bigint) as lead
        from range({visitors}) as visitors(visitor)
        cross join range(2) as links(second)
        where
            draw(visitor, 40) < 0.6
            and (second = 0 or draw(visitor, 43) < 0.01)
    )
)

select
    format('anon-{{:09d}}', visitor) as anonymous_id,
    lead_id,
    identified_at
from links
where (identified_at > timestamp '{end}') = {is_day}
order by identified_at
"""

OUTCOMES = """
select
    {lead_id} as lead_id,
    case when draw(lead, 51) < 0.3 then 'won' else 'lost' end as outcome,
    closed_at,
    500 * cast(24 + draw(lead, 52) * 136 as int) as amount
from (
    select
        lead,
        timestamp '{start}' + to_microseconds(
            cast(draw(lead, 53) * ({history_us} + {day_us}) as bigint)
        ) as closed_at
    from range({leads}) as numbers(lead)
    where draw(lead, 50) < 0.03
)
where (closed_at > timestamp '{end}') = {is_day}
order by closed_at
"""

ERASURES = """
select cast(null as varchar) as lead_id, cast(null as timestamp) as requested_at
where false
"""


def chosen(shares: Mapping[str, float], draw: str) -> str:
    """SQL that gives each text for its share of the draws, else null."""
    whens, total = [], 0.0
    for text, share in shares.items():
        total += share
        whens.append(f"when {draw} < {total:.6f} then '{text}'")
    return f"case {' '.join(whens)} end"


def simulate(
    folder: Path, events: int, seed: int = SEED, memory: str = "4GB", leads: int = 0
) -> None:
    """Writes a history of so many events, and one day more, to a new folder."""
    leads = leads or max(events // 50, 100)
    microsecond = timedelta(microseconds=1)
    numbers = {
        "seed": seed,
        "events": events,
        "start": START,
        "end": END,
        "history_us": (END - START) // microsecond,
        "day_us": DAY // microsecond,
        "per_day": events // ((END - START) // DAY),
        "day_events": max(events * 26 // 10_000, 20),
        "leads": leads,
        "new_leads": max(leads // 400, 1),
        "visitors": max(leads // 4, 10),
    }
    columns = {
        "lead_id": "format('lead-{:09d}', lead)",
        "event_type": chosen(EVENT_TYPES, "draw_type"),
        "page_path": chosen(PAGES, "draw_detail"),
        "job_title": chosen(TITLES, "draw(lead, 31)"),
        "role": chosen(ROLES, "draw(lead, 32)"),
        "industry": chosen(INDUSTRIES, "draw(lead, 33)"),
        "country": chosen(COUNTRIES, "draw(lead, 34)"),
        "preferred_language": chosen(LANGUAGES, "draw(lead, 35)"),
    }
    spill = str(folder / "spill")
    config = {"threads": 2, "memory_limit": memory, "temp_directory": spill}
    connection = duckdb.connect(config=config)

    def write(path: str, query: str, **more: object) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        filled = query.format(**numbers, **columns, **more)
        options = f"format parquet, row_group_size {ROW_GROUP}"
        connection.execute(f"copy ({filled}) to '{file}' ({options})")

    with connection:
        for macro in (UNIFORM, LOADED_AT, LEAD):
            connection.execute(macro.format(**numbers))
        last_of_day = events + numbers["day_events"]
        last_lead = leads + numbers["new_leads"]
        parts = {
            "history": (0, events, 0, leads),
            "day": (events, last_of_day, leads, last_lead),
        }
        for part, (first, last, first_lead, end_lead) in parts.items():
            size = min(SLICE, -(-(last - first) // 4))
            for number, begin in enumerate(range(first, last, size)):
                write(
                    f"{part}/events/{number:04}.parquet",
                    EVENTS,
                    first=begin,
                    last=min(begin + size, last),
                )
            write(
                f"{part}/leads/0000.parquet",
                LEADS,
                first_lead=first_lead,
                last_lead=end_lead,
            )
            is_day = part == "day"
            write(f"{part}/identities/0000.parquet", IDENTITIES, is_day=is_day)
            write(f"{part}/outcomes/0000.parquet", OUTCOMES, is_day=is_day)
            write(f"{part}/erasures/0000.parquet", ERASURES)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m leadscore.simulate",
        description="Simulate a CRM of any size as Parquet files.",
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=float, default=1e6, help="of the history")
    parser.add_argument("--leads", type=float, default=0, help="0: one for 50 events")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    simulate(options.folder, int(options.events), options.seed, leads=int(options.leads))


if __name__ == "__main__":
    main()
