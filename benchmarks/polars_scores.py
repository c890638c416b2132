"""The score of each lead under the default rules, in Polars' lazy API.

What handwritten.sql does, as somebody would write it who knows the rules and
Polars: streamed, with the faster of the deduplications that we tried.
"""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

DAYS = pl.col("age")
RULE = pl.col("rule")


def scan(folders: Sequence[str], name: str) -> pl.LazyFrame:
    return pl.scan_parquet([f"{folder}/{name}/*.parquet" for folder in folders])


def first_deliveries(events: pl.LazyFrame) -> pl.LazyFrame:
    """Each event once: only those delivered more than once are put in order."""
    repeated = events.group_by("event_id").len().filter(pl.col("len") > 1)
    once = events.join(repeated, on="event_id", how="anti")
    first = (
        events.join(repeated, on="event_id", how="semi")
        .sort("loaded_at")
        .unique("event_id", keep="first")
    )
    return pl.concat([once, first])


def survivors(leads: pl.LazyFrame, as_of: datetime) -> pl.LazyFrame:
    """The lead that is left of each merged one: there are few, so in Python."""
    known = leads.select("lead_id")
    merges = dict(
        leads.filter(pl.col("merged_at") <= as_of)
        .select("lead_id", "merged_into_lead_id")
        .join(known, left_on="merged_into_lead_id", right_on="lead_id", how="semi")
        .collect()
        .iter_rows()
    )

    def last(lead_id: str) -> str:
        while lead_id in merges:
            lead_id = merges[lead_id]
        return lead_id

    merged = {"merged_id": list(merges), "survivor_id": [last(one) for one in merges]}
    return pl.LazyFrame(merged, schema={"merged_id": pl.String, "survivor_id": pl.String})


def rule_of_an_event() -> pl.Expr:
    """The rule that an event counts for, within its window."""
    is_type = pl.col("event_type").eq
    page = pl.col("page_path").str.starts_with
    read = is_type("page_view")
    stayed = pl.col("duration_seconds")
    rules = {
        "pricing": read & page("/pricing") & (DAYS <= 90),
        "case study": read & page("/case-studies/harbor-foods"),
        "careers": read & (page("/careers") | page("/jobs")) & (DAYS <= 60),
        "page": read & (DAYS <= 30),
        "session": is_type("session")
        & (DAYS <= 60)
        & (stayed > 120)
        & (pl.col("page_views") >= 2),
        "download": is_type("gated_download") & (DAYS <= 120),
        "webinar": is_type("webinar_attendance") & (DAYS <= 180) & (stayed >= 600),
        "subscription": is_type("newsletter_subscription") & (DAYS <= 365),
        "social": is_type("social_engagement") & (DAYS <= 60),
        "open": is_type("newsletter_open") & (DAYS <= 90),
        "click": is_type("email_click") & (DAYS <= 90),
        "contact": is_type("contact_request") & (DAYS <= 180),
        "sample": is_type("sample_request") & (DAYS <= 180),
        "demo": is_type("demo_request") & (DAYS <= 180),
        "quote": is_type("quote_request") & (DAYS <= 180),
        "unsubscribe": is_type("unsubscribe") & (DAYS <= 180),
    }
    return pl.coalesce(
        pl.when(holds).then(pl.lit(rule)) for rule, holds in rules.items()
    )


def matched_events(
    folders: Sequence[str], merged: pl.LazyFrame, as_of: datetime
) -> pl.LazyFrame:
    visitors = (
        scan(folders, "identities")
        .filter(pl.col("identified_at") <= as_of)
        .group_by("anonymous_id")
        .agg(visitor_id=pl.col("lead_id").sort_by("identified_at").first())
    )
    age = (as_of - pl.col("occurred_at")).dt.total_microseconds() / 86_400e6
    return (
        first_deliveries(scan(folders, "events").filter(pl.col("loaded_at") <= as_of))
        .filter(pl.col("occurred_at") <= as_of)
        .with_columns(age=age)
        .with_columns(rule=rule_of_an_event())
        .filter(RULE.is_not_null())
        .select("lead_id", "anonymous_id", "occurred_at", "age", "rule")
        .join(visitors, on="anonymous_id", how="left")
        .with_columns(known_id=pl.coalesce("lead_id", "visitor_id"))
        .join(merged, left_on="known_id", right_on="merged_id", how="left")
        .select(
            pl.coalesce("survivor_id", "known_id").alias("lead_id"),
            pl.col("occurred_at").dt.date().alias("day"),
            "age",
            "rule",
        )
    )


def implicit_points(matched: pl.LazyFrame) -> pl.LazyFrame:
    # what a lead did for one rule on one day, the oldest first
    days = matched.group_by("lead_id", "rule", "day").agg(
        count=pl.len(),
        recent=(DAYS <= 30).sum(),
        newest=DAYS.min(),
        oldest=DAYS.max(),
        second=DAYS.top_k(2).sort(descending=True).get(1, null_on_oob=True),
    )

    def total(rule: str, points: pl.Expr) -> pl.Expr:
        return points.filter(RULE == rule).sum()

    def newest(rule: str, points: pl.Expr) -> pl.Expr:
        return points.filter(RULE == rule).max().fill_null(0.0)

    def halved(points: float, age: str, days: float) -> pl.Expr:
        return (points * 0.5 ** (pl.col(age) / days)).fill_null(0.0)

    def faded(points: float, age: str, days: float) -> pl.Expr:
        return points * (1 - pl.col(age) / days).clip(lower_bound=0)

    on_page = RULE.is_in(["page", "pricing", "case study", "careers"])
    count, recent = pl.col("count"), pl.col("recent")
    web = (
        pl.col("day").filter(on_page & (recent > 0)).n_unique().clip(upper_bound=5)
        + total("pricing", halved(2, "oldest", 14)).clip(upper_bound=6)
        + pl.when(total("pricing", recent) >= 3).then(5.0).otherwise(0.0)
        + newest("case study", faded(4, "newest", 90))
        + total("session", 3.0 * count.clip(upper_bound=2)).clip(upper_bound=9)
    )
    content = (
        total("download", 2.0 * count).clip(upper_bound=8)
        + total("webinar", halved(5, "oldest", 60)).clip(upper_bound=10)
        + pl.when((RULE == "subscription").any()).then(3.0).otherwise(0.0)
        + total("social", faded(1, "oldest", 60)).clip(upper_bound=3)
    )
    opened = (RULE == "open").sum().cast(pl.Float64).clip(upper_bound=5)
    clicked = total("click", halved(2, "oldest", 30) + halved(2, "second", 30))
    requests = (
        newest("contact", faded(10, "newest", 90))
        + newest("sample", halved(10, "newest", 30))
        + newest("demo", halved(20, "newest", 45))
        + newest("quote", halved(20, "newest", 45))
    )
    disengagement = (-total("careers", faded(4, "oldest", 60))).clip(
        lower_bound=-12
    ) - pl.when((RULE == "unsubscribe").any()).then(10.0).otherwise(0.0)
    return days.group_by("lead_id").agg(
        implicit_points=web.clip(upper_bound=20)
        + content.clip(upper_bound=16)
        + pl.max_horizontal(opened, clicked.clip(upper_bound=8))
        + requests.clip(upper_bound=32)
        + disengagement.clip(lower_bound=-20)
    )


def first_of(*cases: tuple[pl.Expr, float]) -> pl.Expr:
    """The points of the first case that holds, else 0."""
    found = [pl.when(holds).then(pl.lit(points)) for holds, points in cases]
    return pl.coalesce(*found, pl.lit(0.0))


def explicit_points() -> pl.Expr:
    def text(name: str) -> pl.Expr:
        return pl.col(name).str.strip_chars().str.to_lowercase()

    title, role, country = text("job_title"), text("role"), text("country")
    industry, company = text("industry"), text("company")
    employees, revenue = pl.col("employees"), pl.col("annual_revenue")
    budget, years = pl.col("budget"), pl.col("years_of_experience")
    own = "germany austria switzerland de at ch".split()
    partners = "france netherlands poland fr nl pl gb us".split()
    partners += ["united kingdom", "united states"]
    seniority = first_of(
        (title.str.contains("^chief.*officer"), 10.0),
        (title.is_in("ceo cfo cio cmo coo cpo cro cto".split()), 10.0),
        (
            title.str.contains(
                "^(founder|co-founder|owner|president|managing director)"
            ),
            9.0,
        ),
        (title.str.contains("^(vp|svp|evp|vice president|senior vice president)"), 8.0),
        (title.str.contains("^(director|head of)|director$"), 7.0),
        (title.str.ends_with("manager"), 5.0),
        (title.str.contains("(engineer|analyst|specialist|consultant)$"), 2.0),
    )
    buying_role = first_of(
        (role.is_in(["decision maker", "budget holder"]), 5.0),
        (role.is_in(["influencer", "evaluator"]), 3.0),
        (role == "user", 1.0),
    )
    core = ["manufacturing", "automotive", "food and beverage"]
    near = ["chemicals", "energy", "logistics", "pharmaceuticals"]
    company_fit = (
        first_of((industry.is_in(core), 6.0), (industry.is_in(near), 3.0))
        + first_of(
            (employees.is_between(50, 199), 4.0),
            (employees.is_between(200, 4999), 6.0),
            (employees >= 5000, 4.0),
        )
        + first_of((revenue > 100_000_000, 6.0), (revenue > 10_000_000, 3.0))
    )
    market = first_of((country.is_in(own), 3.0), (country.is_in(partners), 2.0))
    language = text("preferred_language").is_in(["german", "english", "de", "en"])
    return (
        seniority
        + buying_role
        + company_fit.clip(upper_bound=18)
        + first_of((employees < 10, -5.0))
        + first_of((budget >= 100_000, 8.0), (budget >= 25_000, 4.0))
        + first_of((years >= 10, 3.0), (years >= 5, 1.0))
        + (market + first_of((language, 2.0))).clip(upper_bound=5)
        + first_of(((country != "") & ~country.is_in(own + partners), -5.0))
        + first_of(
            (company.str.contains("^(rivalytics|copycat cloud)"), -40.0),
            (
                title.str.contains("^(student|working student)|student$")
                | title.str.contains("^(graduate student|phd student)")
                | title.str.contains("retired|pensioner"),
                -20.0,
            ),
            (title.str.contains("unemployed|between jobs|looking for work"), -15.0),
        )
    )


def scores(folders: Sequence[str], as_of: datetime) -> pl.LazyFrame:
    """One row per surviving lead: lead_id, score."""
    leads = scan(folders, "leads").filter(pl.col("created_at") <= as_of)
    merged = survivors(leads, as_of)
    points = implicit_points(matched_events(folders, merged, as_of))
    raw_points = pl.col("explicit_points") + pl.col("implicit_points").fill_null(0.0)
    return (
        leads.join(merged, left_on="lead_id", right_on="merged_id", how="anti")
        .select("lead_id", explicit_points=explicit_points())
        .join(points, on="lead_id", how="left")
        .select("lead_id", score=raw_points.clip(0, 100).round(2))
    )
